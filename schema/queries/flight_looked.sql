-- name: flight_looked      rows: count
-- set:  duties
-- in:   $1 flight_id uuid, $2 version integer, $3 look_at timestamptz      index: flight_pkey
-- out:  none
-- Its bags were looked at, by the times of that version; whoever told anew meanwhile asks for another look.
UPDATE flight f SET look_at = $3 WHERE f.flight_id = $1 AND f.version = $2;
