-- name: door_key_used   rows: one
-- set:  admin
-- in:   $1 key_id uuid
-- out:  last_used_at timestamptz, revoked_at timestamptz, expires_at timestamptz
SELECT last_used_at, revoked_at, expires_at FROM api_key WHERE key_id = $1
