-- name: clock_read           rows: one
-- set:  all
-- in:   none
-- out:  at timestamptz
-- The one statement that reads the database's clock: its result becomes the offset of bw_clock_wall (design.md 5).
SELECT clock_timestamp() AS at
