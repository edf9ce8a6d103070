-- name: flight_put         rows: count
-- set:  writer
-- in:   $1 flight_id uuid, $2 flight text, $3 flight_date date, $4 version integer, $5 origin text, $6 destination text,
--       $7 operating text, $8 codeshares text[], $9 departs_scheduled timestamptz, $10 departs_estimated timestamptz,
--       $11 departs_actual timestamptz, $12 arrives_scheduled timestamptz, $13 arrives_estimated timestamptz,
--       $14 arrives_actual timestamptz, $15 cancelled boolean, $16 told_by text, $17 now timestamptz
-- out:  none
INSERT INTO flight AS f (flight_id, flight, flight_date, version, origin, destination, operating, codeshares, departs_scheduled,
                         departs_estimated, departs_actual, arrives_scheduled, arrives_estimated, arrives_actual, cancelled,
                         told_by, told_at, look_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)
ON CONFLICT (flight_id)
DO UPDATE SET version = excluded.version, origin = excluded.origin, destination = excluded.destination,
              operating = excluded.operating, codeshares = excluded.codeshares, departs_scheduled = excluded.departs_scheduled,
              departs_estimated = excluded.departs_estimated, departs_actual = excluded.departs_actual,
              arrives_scheduled = excluded.arrives_scheduled, arrives_estimated = excluded.arrives_estimated,
              arrives_actual = excluded.arrives_actual, cancelled = excluded.cancelled, told_by = excluded.told_by,
              told_at = excluded.told_at, look_at = excluded.look_at;
