-- name: account_totp_off   rows: count
-- set:  query, admin
-- in:   $1 account_id uuid      index: account_pkey
-- out:  none
UPDATE account SET totp_nonce = NULL, totp_sealed = NULL, totp_on_at = NULL WHERE account_id = $1
