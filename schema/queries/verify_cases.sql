-- name: verify_cases       rows: many
-- set:  admin
-- in:   $1 bucket smallint, $2 case_id uuid, $3 most integer      index: case_file_pkey
-- out:  bucket smallint, case_id uuid, version integer, ref text, state text, owner text, timeout_at timestamptz, fold bytea
SELECT c.bucket, c.case_id, c.version, c.ref, c.state, c.owner, c.timeout_at, c.fold
FROM case_file c
WHERE (c.bucket, c.case_id) > ($1, $2)
ORDER BY c.bucket, c.case_id
LIMIT $3
