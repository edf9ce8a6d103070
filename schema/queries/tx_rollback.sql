-- name: tx_rollback          rows: none
-- set:  all
-- in:   none
-- out:  none
ROLLBACK
