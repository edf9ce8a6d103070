-- name: tx_begin_snapshot    rows: none
-- set:  all
-- in:   none
-- out:  none
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
