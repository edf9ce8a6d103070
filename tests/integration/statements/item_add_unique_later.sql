-- name: item_add_unique_later   rows: count
-- set:  writer
-- in:   $1 id integer, $2 later integer
-- out:  none
INSERT INTO item (id, later) VALUES ($1, $2)
