-- name: flight_names_add   rows: count
-- set:  writer
-- in:   $1 flight_id uuid, $2 flight_date date, $3 own text, $4 codeshares text[]
-- out:  none
INSERT INTO flight_name (name, flight_date, flight_id, own)
SELECT w.name, $2, $1, w.name = $3 FROM unnest(array_append($4::text[], $3::text)) AS w (name);
