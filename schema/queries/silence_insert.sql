-- name: silence_insert     rows: count
-- set:  writer
-- in:   $1 feed_id uuid, $2 version integer, $3 sender text, $4 station text, $5 carriers text[], $6 from_at timestamptz,
--       $7 raised_at timestamptz
-- out:  none
INSERT INTO feed_silence (feed_id, version, sender, station, carriers, from_at, raised_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
