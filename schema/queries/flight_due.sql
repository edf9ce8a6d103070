-- name: flight_due         rows: many
-- set:  duties
-- in:   $1 now timestamptz, $2 most integer      index: flight_look
-- out:  number text, day date, flight text, version integer, origin text, destination text, operating text, codeshares text[],
--       departs_scheduled timestamptz, departs_estimated timestamptz, departs_actual timestamptz, arrives_scheduled timestamptz,
--       arrives_estimated timestamptz, arrives_actual timestamptz, cancelled boolean, told_at timestamptz
-- Flights whose bags are to be looked at now.
SELECT f.flight AS number, f.flight_date AS day, f.flight, f.version, f.origin, f.destination, f.operating, f.codeshares,
       f.departs_scheduled, f.departs_estimated, f.departs_actual, f.arrives_scheduled, f.arrives_estimated, f.arrives_actual,
       f.cancelled, f.told_at
FROM flight f
WHERE f.look_at <= $1
ORDER BY f.look_at, f.flight_id
LIMIT $2;
