-- name: tx_commit            rows: none
-- set:  all
-- in:   none
-- out:  none
COMMIT
