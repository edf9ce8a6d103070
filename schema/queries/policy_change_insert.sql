-- name: policy_change_insert rows: count
-- set:  writer
-- in:   $1 change_id uuid, $2 carrier text, $3 now timestamptz, $4 account_id uuid, $5 before text, $6 after text
-- out:  none
INSERT INTO policy_change (change_id, carrier, at, account_id, before, after) VALUES ($1, $2, $3, $4, $5, $6)
