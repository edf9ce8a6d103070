-- name: tx_begin             rows: none
-- set:  all
-- in:   none
-- out:  none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE
