-- name: feed_epoch         rows: one
-- set:  feed, admin
-- in:   $1 rise boolean, $2 keys_print text
-- out:  epoch integer, keys_known text
SELECT e.epoch, e.keys_known FROM bw_epoch($1, $2) e;
