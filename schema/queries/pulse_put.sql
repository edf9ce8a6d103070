-- name: pulse_put          rows: count
-- set:  feed, duties
-- in:   $1 instance text, $2 now timestamptz
-- out:  none
INSERT INTO pulse AS p (instance, beat_at) VALUES ($1, $2) ON CONFLICT (instance) DO UPDATE SET beat_at = excluded.beat_at
