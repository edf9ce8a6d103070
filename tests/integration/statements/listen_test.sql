-- name: listen_test   rows: none
-- set:  feed
-- in:   none
-- out:  none
LISTEN bagwatch_test
