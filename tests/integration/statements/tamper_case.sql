-- name: tamper_case   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE case_file SET owner = 'QF'
