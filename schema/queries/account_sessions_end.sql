-- name: account_sessions_end rows: count
-- set:  query, admin
-- in:   $1 account_id uuid, $2 now timestamptz      index: session_account
-- out:  none
UPDATE session SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL
