-- name: lookup_lock        rows: one
-- set:  query
-- in:   $1 account_id uuid      index: account_pkey
-- out:  one integer
SELECT 1 AS one FROM account a WHERE a.account_id = $1 FOR UPDATE OF a;
