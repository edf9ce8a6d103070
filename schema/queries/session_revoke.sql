-- name: session_revoke     rows: count
-- set:  query, admin
-- in:   $1 token_hash bytea, $2 now timestamptz      index: session_pkey
-- out:  none
UPDATE session SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL
