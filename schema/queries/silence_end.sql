-- name: silence_end        rows: count
-- set:  writer
-- in:   $1 feed_id uuid, $2 version integer, $3 ended_at timestamptz      index: feed_silence_pkey
-- out:  none
UPDATE feed_silence s SET ended_at = $3 WHERE s.feed_id = $1 AND s.version = $2
