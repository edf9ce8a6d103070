-- name: notify_test   rows: none
-- set:  query
-- in:   none
-- out:  none
NOTIFY bagwatch_test
