-- name: item_lock   rows: count
-- set:  writer
-- in:   $1 id integer
-- out:  none
UPDATE item SET word = word WHERE id = $1
