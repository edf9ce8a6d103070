-- name: feed_listen        rows: none
-- set:  feed
-- in:   none
-- out:  none
LISTEN bagwatch_feed;
