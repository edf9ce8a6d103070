-- name: session_touch      rows: count
-- set:  query, admin
-- in:   $1 token_hash bytea, $2 now timestamptz, $3 before timestamptz      index: session_pkey
-- out:  none
UPDATE session SET used_at = $2 WHERE token_hash = $1 AND used_at < $3 AND revoked_at IS NULL
