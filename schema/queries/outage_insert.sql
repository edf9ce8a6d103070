-- name: outage_insert      rows: count
-- set:  writer
-- in:   $1 outage_id uuid, $2 began_at timestamptz, $3 ended_at timestamptz, $4 found_by text
-- out:  none
INSERT INTO outage (outage_id, began_at, ended_at, found_by, moved_at) VALUES ($1, $2, $3, $4, NULL)
