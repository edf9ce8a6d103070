-- name: door_idem_age   rows: count
-- set:  admin
-- in:   $1 key text, $2 made_at timestamptz
-- out:  none
UPDATE idempotency SET made_at = $2 WHERE key = $1
