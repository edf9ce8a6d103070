-- name: item_touch   rows: count
-- set:  query
-- in:   $1 id integer, $2 word text
-- out:  none
UPDATE item SET word = $2 WHERE id = $1
