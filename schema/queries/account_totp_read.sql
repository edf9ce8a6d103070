-- name: account_totp_read  rows: maybe one
-- set:  query, admin
-- in:   $1 account_id uuid      index: account_pkey
-- out:  totp_nonce bytea, totp_sealed bytea, totp_on_at timestamptz, totp_step bigint
SELECT totp_nonce, totp_sealed, totp_on_at, totp_step FROM account WHERE account_id = $1 AND disabled_at IS NULL
