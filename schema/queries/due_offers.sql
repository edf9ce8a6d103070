-- name: due_offers         rows: many
-- set:  duties
-- in:   $1 now timestamptz, $2 most integer      index: case_timeout
-- out:  bucket smallint, case_id uuid, version integer, fold bytea
-- Files whose hand-over nobody has answered in time.
SELECT c.bucket, c.case_id, c.version, c.fold
FROM case_file c
WHERE c.timeout_at <= $1
ORDER BY c.timeout_at, c.case_id
LIMIT $2
