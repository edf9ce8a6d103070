-- name: door_key_age   rows: count
-- set:  admin
-- in:   $1 key_id uuid, $2 used timestamptz, $3 ends timestamptz
-- out:  none
UPDATE api_key SET last_used_at = $2, expires_at = $3 WHERE key_id = $1
