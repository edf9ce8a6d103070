-- name: account_password   rows: maybe one
-- set:  query, admin
-- in:   $1 name text, $2 password text      index: account_name_key
-- out:  account_id uuid
UPDATE account SET password = $2 WHERE name = $1 AND disabled_at IS NULL RETURNING account_id
