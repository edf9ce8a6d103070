-- name: policy_list        rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  owed text, carrier text, station text, lane text, priority text, minutes integer, steps integer[], valid_from timestamptz,
--       valid_until timestamptz
SELECT p.owed, p.carrier, p.station, p.lane, p.priority, p.minutes, p.steps, p.valid_from, p.valid_until
FROM policy p
ORDER BY p.owed, p.carrier, p.station, p.lane, p.priority, p.valid_from, p.policy_id
