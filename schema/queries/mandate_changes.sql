-- name: mandate_changes    rows: many
-- set:  query, admin
-- in:   $1 mandate_id uuid, $2 organisation text      index: mandate_change_of
-- out:  at timestamptz, name text, organisation text, before text, after text
-- $2 empty = of whatever organisations; else it gave or holds the mandate.
SELECT c.at, a.name, a.organisation, c.before, c.after
FROM mandate m
JOIN mandate_change c ON c.mandate_id = m.mandate_id
JOIN account a ON a.account_id = c.account_id
WHERE m.mandate_id = $1 AND ($2 = '' OR m.carrier = $2 OR m.sender = $2) 
ORDER BY c.at, c.before IS NOT NULL, c.change_id
