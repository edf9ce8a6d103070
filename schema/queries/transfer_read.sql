-- name: transfer_read       rows: many
-- set:  query
-- in:   $1 sender text, $2 station text, $3 flight text, $4 flight_date date      index: transfer_list_pkey
-- out:  message text, said_at timestamptz, late boolean, bags text[]
SELECT t.message, t.said_at, t.late, t.bags FROM transfer_list t
WHERE t.sender = $1 AND t.station = $2 AND t.flight = $3 AND t.flight_date = $4
ORDER BY t.said_at DESC, t.message;
