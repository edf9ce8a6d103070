-- name: keys_known         rows: one
-- set:  admin
-- in:   none
-- out:  keys_print text
SELECT f.keys_print FROM feed_state f WHERE f.one
