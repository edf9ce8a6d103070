-- name: retention_add      rows: count
-- set:  duties
-- in:   $1 class text, $2 day date, $3 destroyed bigint      index: retention_day_pkey
-- out:  none
INSERT INTO retention_day AS d (class, day, destroyed) VALUES ($1, $2, $3)
ON CONFLICT (class, day) DO UPDATE SET destroyed = d.destroyed + excluded.destroyed;
