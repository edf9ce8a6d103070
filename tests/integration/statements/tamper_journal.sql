-- name: tamper_journal   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE journal SET leaves = set_byte(leaves, 0, 255 - get_byte(leaves, 0)) WHERE id = (SELECT min(id) FROM journal WHERE n > 0)
