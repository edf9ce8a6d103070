-- name: silence_period     rows: many
-- set:  query
-- in:   $1 from timestamptz, $2 to timestamptz, $3 as_of timestamptz      index: feed_silence_ended
-- out:  station text, carrier text, from_at timestamptz, ended_at timestamptz
-- Incidents that were known at as_of and reach into the period, once for each carrier that the feed spoke for.
SELECT s.station, c.carrier, s.from_at, s.ended_at
FROM feed_silence s CROSS JOIN LATERAL unnest(s.carriers) AS c (carrier)
WHERE s.from_at < $2 AND s.raised_at <= $3 AND (s.ended_at IS NULL OR s.ended_at > $1)
ORDER BY s.from_at, c.carrier
