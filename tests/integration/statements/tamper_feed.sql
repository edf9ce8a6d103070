-- name: tamper_feed   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE journal SET first_index = first_index + 1 WHERE seq = (SELECT max(seq) FROM journal WHERE n > 0)
