-- name: account_totp_begin rows: count
-- set:  query, admin
-- in:   $1 account_id uuid, $2 nonce bytea, $3 sealed bytea      index: account_pkey
-- out:  none
UPDATE account SET totp_nonce = $2, totp_sealed = $3, totp_step = 0 WHERE account_id = $1 AND totp_on_at IS NULL
