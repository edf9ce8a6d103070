-- name: transfer_add        rows: count
-- set:  query
-- in:   $1 sender text, $2 station text, $3 flight text, $4 flight_date date, $5 message text, $6 said_at timestamptz,
--       $7 now timestamptz, $8 bags text[]      index: transfer_list_pkey
-- out:  none
INSERT INTO transfer_list (sender, station, flight, flight_date, message, said_at, received_at, late, bags)
SELECT $1, $2, $3, $4, $5, $6, $7,
       EXISTS (SELECT FROM transfer_list t
               WHERE t.sender = $1 AND t.station = $2 AND t.flight = $3 AND t.flight_date = $4 AND t.said_at > $6), $8
ON CONFLICT (sender, station, flight, flight_date, message) DO NOTHING;
