-- name: link_read          rows: maybe one
-- set:  query, admin
-- in:   $1 token_hash bytea      index: case_link_pkey, case_file_pkey
-- out:  token_hash bytea, case_id uuid, kind text, ends_at timestamptz, closed_at timestamptz
SELECT l.token_hash, l.case_id, l.kind, l.ends_at, c.closed_at
FROM case_link l
JOIN case_file c ON c.bucket = l.case_bucket AND c.case_id = l.case_id
WHERE l.token_hash = $1 AND l.revoked_at IS NULL
