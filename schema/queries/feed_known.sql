-- name: feed_known         rows: many
-- set:  duties
-- in:   $1 senders text[], $2 stations text[]      index: sender_feed_of
-- out:  feed_id uuid, sender text, station text, carriers text[], fold bytea, version integer, silent_from timestamptz
SELECT f.feed_id, f.sender, f.station, f.carriers, f.fold, f.version, f.silent_from
FROM unnest($1::text[], $2::text[]) AS w (sender, station)
JOIN sender_feed f ON f.sender = w.sender AND f.station = w.station
