-- name: feed_put           rows: count
-- set:  duties
-- in:   $1 feed_id uuid[], $2 senders text[], $3 stations text[], $4 carriers text[], $5 last_at timestamptz[], $6 look_at timestamptz[],
--       $7 fold bytea[]      index: sender_feed_pkey
-- out:  none
-- carriers come as one text per feed, parted by a space.
INSERT INTO sender_feed AS f (feed_id, sender, station, carriers, last_at, look_at, fold, version)
SELECT w.feed_id, w.sender, w.station, string_to_array(w.carriers, ' '), w.last_at, w.look_at, w.fold, 0
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bytea[])
     AS w (feed_id, sender, station, carriers, last_at, look_at, fold)
ON CONFLICT (feed_id) DO UPDATE
SET carriers = excluded.carriers, last_at = excluded.last_at, look_at = excluded.look_at, fold = excluded.fold
