-- name: item_add   rows: count
-- set:  writer
-- in:   $1 ids integer[], $2 words text[]
-- out:  none
INSERT INTO item (id, word) SELECT u.id, u.word FROM unnest($1, $2) AS u (id, word)
