-- name: disruption_window_add  rows: count
-- set:  writer
-- in:   $1 disruption_id uuid, $2 version integer, $3 station text, $4 carriers text[], $5 from_at timestamptz, $6 until_at timestamptz
-- out:  none
INSERT INTO disruption_window (disruption_id, version, station, carriers, from_at, until_at) VALUES ($1, $2, $3, $4, $5, $6)
