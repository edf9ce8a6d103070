-- name: idem_read          rows: maybe one
-- set:  query, admin
-- in:   $1 scope text, $2 key text      index: idempotency_pkey
-- out:  fingerprint bytea, made_at timestamptz, status smallint, body bytea
SELECT fingerprint, made_at, status, body FROM idempotency WHERE scope = $1 AND key = $2
