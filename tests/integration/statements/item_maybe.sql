-- name: item_maybe   rows: maybe one
-- set:  writer
-- in:   $1 id integer
-- out:  word text
SELECT word FROM item WHERE id >= $1
