-- name: account_disable    rows: maybe one
-- set:  query, admin
-- in:   $1 name text, $2 now timestamptz      index: account_name_key
-- out:  account_id uuid
UPDATE account SET disabled_at = coalesce(disabled_at, $2) WHERE name = $1 RETURNING account_id
