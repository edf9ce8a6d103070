-- name: idem_take          rows: count
-- set:  query, admin
-- in:   $1 scope text, $2 key text, $3 fingerprint bytea, $4 now timestamptz, $5 made_at timestamptz      index: idempotency_pkey
-- out:  none
-- Only one of several repeats finds made_at as it read it.
UPDATE idempotency SET fingerprint = $3, made_at = $4, status = NULL, headers = NULL, body = NULL
WHERE scope = $1 AND key = $2 AND made_at = $5
