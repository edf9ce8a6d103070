-- name: disruption_there   rows: many
-- set:  query, duties
-- in:   $1 station text, $2 carriers text[], $3 since timestamptz      index: disruption_told
-- out:  disruption_id uuid, version integer, station text, carriers text[], cause text, state text, bags integer, told_at timestamptz,
--       told_by text, from_at timestamptz, until_at timestamptz, asked_until timestamptz, asked_by text, confirmed_by text,
--       ended_at timestamptz, ended_why text
-- What was told of a station and of one of the carriers (none = any) since then, and what still stands.
SELECT d.disruption_id, d.version, d.station, d.carriers, d.cause, d.state, d.bags, d.told_at, d.told_by, d.from_at, d.until_at,
       d.asked_until, d.asked_by, d.confirmed_by, d.ended_at, d.ended_why
FROM disruption d
WHERE d.station = $1 AND (d.told_at > $3 OR d.ended_at IS NULL) AND (d.carriers = '{}' OR $2::text[] = '{}' OR d.carriers && $2)
ORDER BY d.told_at DESC
