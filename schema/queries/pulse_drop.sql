-- name: pulse_drop         rows: count
-- set:  duties
-- in:   $1 before timestamptz, $2 after timestamptz      index: none
-- out:  none
-- Beats of instances that are long gone, and of a clock that was set back since.
DELETE FROM pulse p WHERE p.beat_at < $1 OR p.beat_at > $2
