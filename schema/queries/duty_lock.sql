-- name: duty_lock          rows: maybe one
-- set:  duties
-- in:   $1 duty text      index: duty_cursor_pkey
-- out:  cursor bigint
-- No row: another instance is at it.
SELECT d.cursor FROM duty_cursor d WHERE d.duty = $1 FOR UPDATE SKIP LOCKED
