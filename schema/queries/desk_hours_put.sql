-- name: desk_hours_put     rows: count
-- set:  writer
-- in:   $1 hours_id uuid, $2 carrier text, $3 station text, $4 week integer[], $5 dates date[], $6 date_minutes integer[],
--       $7 valid_from timestamptz, $8 told_at timestamptz, $9 by text
-- out:  none
INSERT INTO desk_hours (hours_id, carrier, station, week, dates, date_minutes, valid_from, told_at, set_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
