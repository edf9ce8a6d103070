-- name: feed_stamp         rows: one
-- set:  feed
-- in:   $1 now timestamptz
-- out:  last_index bigint
SELECT bw_stamp($1) AS last_index;
