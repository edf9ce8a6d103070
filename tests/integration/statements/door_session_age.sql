-- name: door_session_age   rows: count
-- set:  admin
-- in:   $1 account_id uuid, $2 used_at timestamptz, $3 ends_at timestamptz
-- out:  none
UPDATE session SET used_at = $2, ends_at = $3 WHERE account_id = $1 AND revoked_at IS NULL
