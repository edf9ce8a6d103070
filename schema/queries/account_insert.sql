-- name: account_insert     rows: count
-- set:  query, admin
-- in:   $1 account_id uuid, $2 name text, $3 organisation text, $4 carriers text[], $5 role text, $6 password text,
--       $7 now timestamptz
-- out:  none
INSERT INTO account (account_id, name, organisation, carriers, role, password, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
