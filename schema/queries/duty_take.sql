-- name: duty_take          rows: count
-- set:  duties
-- in:   $1 duty text, $2 cursor bigint, $3 now timestamptz, $4 instance text      index: duty_cursor_pkey
-- out:  none
-- One row: this instance is the first to come so far.
UPDATE duty_cursor d SET cursor = $2, ran_at = $3, instance = $4 WHERE d.duty = $1 AND d.cursor < $2
