-- name: idem_purge         rows: count
-- set:  query, duties
-- in:   $1 before timestamptz      index: idempotency_made
-- out:  none
DELETE FROM idempotency WHERE made_at < $1
