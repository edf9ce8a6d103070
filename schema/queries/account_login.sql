-- name: account_login      rows: maybe one
-- set:  query, admin
-- in:   $1 name text      index: account_name_key
-- out:  account_id uuid, password text, totp_nonce bytea, totp_sealed bytea, totp_on_at timestamptz, totp_step bigint
SELECT account_id, password, totp_nonce, totp_sealed, totp_on_at, totp_step FROM account WHERE name = $1 AND disabled_at IS NULL
