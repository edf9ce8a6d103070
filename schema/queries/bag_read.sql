-- name: bag_read           rows: many
-- set:  writer, query
-- in:   $1 bucket smallint[], $2 bag_id uuid[]      index: bag_pkey
-- out:  bucket smallint, bag_id uuid, version integer, fold bytea
SELECT b.bucket, b.bag_id, b.version, b.fold
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, bag_id)
JOIN bag b ON b.bucket = w.bucket AND b.bag_id = w.bag_id
WHERE ($1::smallint[] IS NULL OR b.bucket = ANY ($1));
