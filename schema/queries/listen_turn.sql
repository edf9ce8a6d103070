-- name: listen_turn        rows: count
-- set:  duties
-- in:   $1 seq bigint, $2 beat_at timestamptz, $3 now timestamptz, $4 since timestamptz      index: listening_pkey
-- out:  none
UPDATE listening l SET seq = $1, beat_at = $2, ran_at = $3, since = $4 WHERE l.one
