-- name: account_totp_spend rows: count
-- set:  query, admin
-- in:   $1 account_id uuid, $2 step bigint, $3 sealed bytea, $4 now timestamptz      index: account_pkey
-- out:  none
UPDATE account SET totp_step = $2, totp_on_at = coalesce(totp_on_at, $4)
WHERE account_id = $1 AND totp_step < $2 AND totp_sealed = $3
