-- name: item_one   rows: one
-- set:  writer
-- in:   $1 id integer
-- out:  word text
SELECT word FROM item WHERE id >= $1
