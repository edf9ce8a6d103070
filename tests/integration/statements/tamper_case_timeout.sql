-- name: tamper_case_timeout   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE case_file SET timeout_at = '2026-11-21T00:00:00Z'
