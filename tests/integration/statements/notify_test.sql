-- name: notify_test   rows: none
-- set:  feed
-- in:   none
-- out:  none
NOTIFY bagwatch_test
