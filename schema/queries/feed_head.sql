-- name: feed_head          rows: one
-- set:  feed, query
-- in:   none
-- out:  last_index bigint, epoch integer, last_stamp timestamptz
SELECT f.last_index, f.epoch, f.last_stamp FROM feed_state f WHERE f.one;
