-- name: disruption_period  rows: many
-- set:  query
-- in:   $1 from timestamptz, $2 to timestamptz, $3 as_of timestamptz      index: disruption_window_until
-- out:  disruption_id uuid, station text, carriers text[], from_at timestamptz, until_at timestamptz
-- When disruptions held within the period, as far as was known at as_of.
SELECT w.disruption_id, w.station, w.carriers, w.from_at,
       CASE WHEN d.ended_at <= $3 THEN least(d.ended_at, w.until_at) ELSE w.until_at END AS until_at
FROM disruption_window w JOIN disruption d ON d.disruption_id = w.disruption_id
WHERE w.until_at > $1 AND w.from_at < $2 AND w.from_at <= $3
ORDER BY w.from_at, w.disruption_id, w.version
