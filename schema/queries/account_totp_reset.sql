-- name: account_totp_reset rows: maybe one
-- set:  query, admin
-- in:   $1 name text      index: account_name_key
-- out:  account_id uuid
UPDATE account SET totp_nonce = NULL, totp_sealed = NULL, totp_on_at = NULL WHERE name = $1 RETURNING account_id
