-- name: alias_read         rows: many
-- set:  query
-- in:   $1 bucket smallint[], $2 kind text[], $3 value text[]      index: alias_number
-- out:  kind text, value text, number smallint, from_date date, until_date date, twin smallint, bag_id uuid
SELECT a.kind, a.value, a.number, lower(a.valid) AS from_date, upper(a.valid) AS until_date, a.twin, a.bag_id
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS w (bucket, kind, value)
JOIN alias a ON a.bucket = w.bucket AND a.kind = w.kind AND a.value = w.value
WHERE ($1::smallint[] IS NULL OR a.bucket = ANY ($1))
ORDER BY a.kind, a.value, lower(a.valid), a.bag_id;
