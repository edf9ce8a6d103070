-- name: feed_list          rows: many
-- set:  query
-- in:   $1 every boolean, $2 organisation text, $3 carriers text[]      index: sender_feed_of
-- out:  feed_id uuid, sender text, station text, carriers text[], last_at timestamptz, look_at timestamptz, fold bytea,
--       silent_from timestamptz, raised_at timestamptz
-- The silent ones first.
SELECT f.feed_id, f.sender, f.station, f.carriers, f.last_at, f.look_at, f.fold, f.silent_from, s.raised_at
FROM sender_feed f
LEFT JOIN feed_silence s ON s.feed_id = f.feed_id AND s.ended_at IS NULL
WHERE $1 OR f.sender = $2 OR f.carriers && $3
ORDER BY f.silent_from IS NULL, f.sender, f.station
LIMIT 2000
