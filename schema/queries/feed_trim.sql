-- name: feed_trim          rows: one
-- set:  duties, owner
-- in:   $1 now timestamptz, $2 days integer
-- out:  slots integer
SELECT bw_feed_trim($1, $2) AS slots
