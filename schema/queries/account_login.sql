-- name: account_login      rows: maybe one
-- set:  query, admin
-- in:   $1 name text      index: account_name_key
-- out:  account_id uuid, password text
SELECT account_id, password FROM account WHERE name = $1 AND disabled_at IS NULL
