-- name: idem_insert        rows: count
-- set:  query, admin
-- in:   $1 scope text, $2 key text, $3 fingerprint bytea, $4 now timestamptz
-- out:  none
INSERT INTO idempotency (scope, key, fingerprint, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (scope, key) DO NOTHING
