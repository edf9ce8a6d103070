-- name: flight_told        rows: many
-- set:  query
-- in:   $1 number text[], $2 day date[]      index: event_pkey
-- out:  number text, day date, at timestamptz, departs_scheduled timestamptz, departs_estimated timestamptz, departs_actual timestamptz,
--       arrives_scheduled timestamptz, arrives_estimated timestamptz, arrives_actual timestamptz
-- What was told of the times of flights, and when, from their logs; a number that is a flight's own and a codeshare's is its own (flight_read.sql).
SELECT w.number, w.day, e.recorded_at AS at, (t.facts #>> '{departure,scheduled}')::timestamptz AS departs_scheduled,
       (t.facts #>> '{departure,estimated}')::timestamptz AS departs_estimated, (t.facts #>> '{departure,actual}')::timestamptz AS departs_actual,
       (t.facts #>> '{arrival,scheduled}')::timestamptz AS arrives_scheduled, (t.facts #>> '{arrival,estimated}')::timestamptz AS arrives_estimated,
       (t.facts #>> '{arrival,actual}')::timestamptz AS arrives_actual
FROM unnest($1::text[], $2::date[]) AS w (number, day)
CROSS JOIN LATERAL (
    SELECT f.flight_id FROM flight_name n JOIN flight f ON f.flight_id = n.flight_id
    WHERE n.name = w.number AND n.flight_date = w.day ORDER BY n.own DESC, f.flight LIMIT 1) one
JOIN event e ON e.bucket = get_byte(uuid_send(one.flight_id), 15) AND e.bag_id = one.flight_id AND e.code = 'FLIGHT_TIMES'
CROSS JOIN LATERAL (SELECT e.data::jsonb -> 'facts' AS facts) t
ORDER BY w.number, w.day, e.version
