-- name: disruption_open    rows: many
-- set:  query, duties, admin
-- in:   none      index: disruption_open
-- out:  disruption_id uuid, version integer, station text, carriers text[], cause text, state text, bags integer, told_at timestamptz,
--       told_by text, from_at timestamptz, until_at timestamptz, asked_until timestamptz, asked_by text, confirmed_by text,
--       ended_at timestamptz, ended_why text
SELECT d.disruption_id, d.version, d.station, d.carriers, d.cause, d.state, d.bags, d.told_at, d.told_by, d.from_at, d.until_at,
       d.asked_until, d.asked_by, d.confirmed_by, d.ended_at, d.ended_why
FROM disruption d WHERE d.ended_at IS NULL ORDER BY d.station, d.told_at
