-- name: due_timeouts       rows: many
-- set:  duties
-- in:   $1 now timestamptz, $2 most integer      index: bag_timeout
-- out:  bucket smallint, bag_id uuid, version integer, fold bytea
SELECT b.bucket, b.bag_id, b.version, b.fold
FROM bag b
WHERE b.timeout_at <= $1
ORDER BY b.timeout_at, b.bag_id
LIMIT $2
