-- name: session_insert     rows: count
-- set:  query, admin
-- in:   $1 token_hash bytea, $2 account_id uuid, $3 csrf text, $4 now timestamptz, $5 ends_at timestamptz
-- out:  none
INSERT INTO session (token_hash, account_id, csrf, made_at, used_at, ends_at) VALUES ($1, $2, $3, $4, $4, $5)
