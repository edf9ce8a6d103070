-- name: listen_test   rows: none
-- set:  query
-- in:   none
-- out:  none
LISTEN bagwatch_test
