-- name: alias_bag_read     rows: many
-- set:  writer
-- in:   $1 bucket smallint[], $2 kind text[], $3 value text[], $4 with_bags boolean, $5 short_bucket smallint[], $6 short text[]      index: alias_number, bag_pkey
-- out:  kind text, value text, number smallint, from_date date, until_date date, twin smallint, bag_id uuid, version integer, fold bytea
-- Where nobody goes by a plate, its short form ($6, null where it has none) instead: the CASEs are null beside a row of the plate's own, and
-- an index is not asked for a null.  And the bag of a plate, where that is all there is to read of it: nobody watches it, so it has no open
-- promise and no file.
SELECT coalesce(a.kind, s.kind) AS kind, coalesce(a.value, s.value) AS value, coalesce(a.number, s.number) AS number,
       lower(coalesce(a.valid, s.valid)) AS from_date, upper(coalesce(a.valid, s.valid)) AS until_date, coalesce(a.twin, s.twin) AS twin,
       coalesce(a.bag_id, s.bag_id) AS bag_id, b.version, b.fold
FROM unnest($1::smallint[], $2::text[], $3::text[], $5::smallint[], $6::text[]) AS w (bucket, kind, value, short_bucket, short)
LEFT JOIN alias a ON a.bucket = w.bucket AND a.kind = w.kind AND a.value = w.value AND ($1::smallint[] IS NULL OR a.bucket = ANY ($1))
LEFT JOIN alias s ON s.bucket = CASE WHEN a.bag_id IS NULL THEN w.short_bucket END AND s.kind = 'short' AND s.value = CASE WHEN a.bag_id IS NULL THEN w.short END
     AND ($5::smallint[] IS NULL OR s.bucket = ANY ($5))
LEFT JOIN bag b ON $4 AND a.kind = 'plate' AND b.bucket = a.bag_bucket AND b.bag_id = a.bag_id
     AND NOT b.watched AND b.case_id IS NULL AND b.joined_into IS NULL
WHERE a.bag_id IS NOT NULL OR s.bag_id IS NOT NULL
ORDER BY 1, 2, 4, 7;
