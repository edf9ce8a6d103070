-- name: policy_list        rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  owed text, carrier text, station text, lane text, priority text, minutes integer, steps integer[], valid_from timestamptz,
--       told_at timestamptz, set_by text
SELECT p.owed, p.carrier, p.station, p.lane, p.priority, p.minutes, p.steps, p.valid_from, p.told_at, p.set_by
FROM policy p
ORDER BY p.owed, p.carrier, p.station, p.lane, p.priority, p.told_at, p.valid_from, p.policy_id
