-- name: flight_names_drop  rows: count
-- set:  writer
-- in:   $1 flight_id uuid      index: flight_name_of
-- out:  none
DELETE FROM flight_name n WHERE n.flight_id = $1;
