-- name: feed_told          rows: count
-- set:  writer
-- in:   $1 feed_id uuid, $2 version integer, $3 silent_from timestamptz, $4 look_at timestamptz      index: sender_feed_pkey
-- out:  none
-- An incident begins, or ends ($3 null).
UPDATE sender_feed f SET version = $2, silent_from = $3, look_at = $4 WHERE f.feed_id = $1
