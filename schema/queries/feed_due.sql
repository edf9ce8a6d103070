-- name: feed_due           rows: many
-- set:  duties
-- in:   $1 now timestamptz, $2 most integer      index: sender_feed_look
-- out:  feed_id uuid, sender text, station text, carriers text[], fold bytea, version integer, silent_from timestamptz
SELECT f.feed_id, f.sender, f.station, f.carriers, f.fold, f.version, f.silent_from
FROM sender_feed f
WHERE f.look_at <= $1
ORDER BY f.look_at, f.feed_id
LIMIT $2
