-- name: chase_put          rows: count
-- set:  duties
-- in:   $1 chaser_id uuid, $2 kind text, $3 receiver text, $4 debtor text, $5 station text, $6 level smallint, $7 channel text,
--       $8 promises uuid[], $9 body text, $10 made_at timestamptz, $11 not_before timestamptz, $12 subjects uuid[], $13 readers text[]
-- out:  none
INSERT INTO chaser (chaser_id, kind, receiver, debtor, station, level, channel, promises, body, made_at, not_before, subjects, readers, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'ready')
ON CONFLICT (chaser_id) DO UPDATE SET channel = $7, promises = $8, body = $9, subjects = $12, readers = $13
