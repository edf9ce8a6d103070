-- name: policy_history     rows: many
-- set:  query
-- in:   $1 carrier text      index: policy_change_at
-- out:  at timestamptz, name text, owed text, station text, lane text, priority text, minutes integer, told_at timestamptz, desk text
-- Changes of a carrier's book with the row that each of them told: an override, or the hours of a desk.
SELECT c.at, a.name, p.owed, p.station, p.lane, p.priority, p.minutes, coalesce(p.told_at, h.told_at) AS told_at, h.station AS desk
FROM policy_change c
JOIN account a ON a.account_id = c.account_id
LEFT JOIN policy p ON p.policy_id = c.change_id
LEFT JOIN desk_hours h ON h.hours_id = c.change_id
WHERE c.carrier = $1
ORDER BY c.at DESC, c.change_id DESC
LIMIT 50
