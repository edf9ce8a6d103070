-- name: flight_read        rows: many
-- set:  writer, query, duties
-- in:   $1 number text[], $2 day date[]      index: flight_name_pkey
-- out:  number text, day date, flight text, version integer, origin text, destination text, operating text, codeshares text[],
--       departs_scheduled timestamptz, departs_estimated timestamptz, departs_actual timestamptz, arrives_scheduled timestamptz,
--       arrives_estimated timestamptz, arrives_actual timestamptz, cancelled boolean, told_at timestamptz
-- Each by its own number or a codeshare's; where a number is both, its own comes first.
SELECT w.number, w.day, f.flight, f.version, f.origin, f.destination, f.operating, f.codeshares, f.departs_scheduled,
       f.departs_estimated, f.departs_actual, f.arrives_scheduled, f.arrives_estimated, f.arrives_actual, f.cancelled, f.told_at
FROM unnest($1::text[], $2::date[]) AS w (number, day)
JOIN flight_name n ON n.name = w.number AND n.flight_date = w.day
JOIN flight f ON f.flight_id = n.flight_id
ORDER BY w.number, w.day, n.own DESC, f.flight;
