-- name: duty_add           rows: count
-- set:  duties
-- in:   $1 duty text, $2 now timestamptz, $3 instance text
-- out:  none
INSERT INTO duty_cursor (duty, cursor, ran_at, instance) VALUES ($1, 0, $2, $3) ON CONFLICT (duty) DO NOTHING
