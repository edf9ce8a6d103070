-- name: policy_add         rows: count
-- set:  admin
-- in:   $1 policy_id uuid, $2 owed text, $3 carrier text, $4 minutes integer, $5 steps integer[], $6 valid_from timestamptz
-- out:  none
INSERT INTO policy (policy_id, owed, carrier, minutes, steps, valid_from, told_at, set_by) VALUES ($1, $2, $3, $4, $5, $6, $6, 'test')
