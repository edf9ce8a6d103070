-- name: feed_look          rows: count
-- set:  duties
-- in:   $1 feed_id uuid[], $2 look_at timestamptz[]      index: sender_feed_pkey
-- out:  none
UPDATE sender_feed f SET look_at = w.look_at
FROM unnest($1::uuid[], $2::timestamptz[]) AS w (feed_id, look_at)
WHERE f.feed_id = w.feed_id
