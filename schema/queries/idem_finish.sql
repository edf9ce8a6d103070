-- name: idem_finish        rows: count
-- set:  query, admin
-- in:   $1 scope text, $2 key text, $3 status smallint, $4 body bytea, $5 about text      index: idempotency_pkey
-- out:  none
UPDATE idempotency SET status = $3, body = $4, about = $5 WHERE scope = $1 AND key = $2
