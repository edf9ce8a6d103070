-- name: alias_bag_read     rows: many
-- set:  writer
-- in:   $1 bucket smallint[], $2 kind text[], $3 value text[], $4 with_bags boolean      index: alias_number
-- out:  kind text, value text, number smallint, from_date date, until_date date, twin smallint, bag_id uuid, version integer, fold bytea
-- And the bag of a plate, where that is all there is to read of it: nobody watches it, so it has no open promise and no file.
SELECT a.kind, a.value, a.number, lower(a.valid) AS from_date, upper(a.valid) AS until_date, a.twin, a.bag_id, b.version, b.fold
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS w (bucket, kind, value)
JOIN alias a ON a.bucket = w.bucket AND a.kind = w.kind AND a.value = w.value
LEFT JOIN bag b ON $4 AND a.kind = 'plate' AND b.bucket = a.bag_bucket AND b.bag_id = a.bag_id
     AND NOT b.watched AND b.case_id IS NULL AND b.joined_into IS NULL
WHERE ($1::smallint[] IS NULL OR a.bucket = ANY ($1))
ORDER BY a.kind, a.value, lower(a.valid), a.bag_id;
