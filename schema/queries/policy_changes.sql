-- name: policy_changes     rows: many
-- set:  query, admin
-- in:   $1 carrier text      index: policy_change_at
-- out:  at timestamptz, name text, organisation text, before text, after text
SELECT c.at, a.name, a.organisation, c.before, c.after
FROM policy_change c
JOIN account a ON a.account_id = c.account_id
WHERE c.carrier = $1
ORDER BY c.at DESC, c.change_id DESC
LIMIT 200
