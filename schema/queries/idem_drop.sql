-- name: idem_drop          rows: count
-- set:  query, admin
-- in:   $1 scope text, $2 key text      index: idempotency_pkey
-- out:  none
DELETE FROM idempotency WHERE scope = $1 AND key = $2 AND status IS NULL
