-- name: due_timeouts       rows: many
-- set:  duties
-- in:   $1 now timestamptz, $2 most integer      index: bag_timeout
-- out:  bucket smallint, bag_id uuid, version integer, fold bytea
-- A bag that was merged into another hands nothing over any more: the survivor's own handover counts.
SELECT b.bucket, b.bag_id, b.version, b.fold
FROM bag b
WHERE b.timeout_at <= $1 AND b.joined_into IS NULL
ORDER BY b.timeout_at, b.bag_id
LIMIT $2
