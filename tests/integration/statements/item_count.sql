-- name: item_count   rows: one
-- set:  writer
-- in:   none
-- out:  n bigint
SELECT count(*) AS n FROM item
