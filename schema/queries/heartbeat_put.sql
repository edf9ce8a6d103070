-- name: heartbeat_put      rows: one
-- set:  query
-- in:   $1 sender text, $2 station text, $3 now timestamptz, $4 skew_us bigint      index: heartbeat_pkey
-- out:  last_at timestamptz, times bigint
INSERT INTO heartbeat AS h (sender, station, last_at, skew_us, times) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (sender, station)
DO UPDATE SET last_at = greatest(h.last_at, excluded.last_at), skew_us = excluded.skew_us, times = h.times + 1
RETURNING h.last_at, h.times
