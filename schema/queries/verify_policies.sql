-- name: verify_policies    rows: many
-- set:  admin
-- in:   $1 carriers text[]
-- out:  id uuid, owed text, carrier text, station text, lane text, priority text, minutes integer, steps integer[],
--       valid_from timestamptz, told_at timestamptz, set_by text
SELECT p.policy_id AS id, p.owed, p.carrier, p.station, p.lane, p.priority, p.minutes, p.steps, p.valid_from, p.told_at, p.set_by
FROM policy p
WHERE coalesce(p.carrier, '') = ANY ($1)
ORDER BY p.policy_id
