-- name: tamper_journal   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE journal SET leaves = overlay(leaves PLACING '\x00'::bytea FROM 1) WHERE id = (SELECT min(id) FROM journal WHERE n > 0)
