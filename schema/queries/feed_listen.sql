-- name: feed_listen        rows: one
-- set:  feed
-- in:   none
-- out:  channel text
SELECT bw_feed_listen() AS channel;
