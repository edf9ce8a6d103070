-- name: verify_changes     rows: many
-- set:  admin
-- in:   $1 carriers text[]      index: policy_change_at
-- out:  id uuid, carrier text, at timestamptz, before text, after text
SELECT c.change_id AS id, c.carrier, c.at, c.before, c.after
FROM policy_change c
WHERE c.carrier = ANY ($1)
ORDER BY c.change_id
