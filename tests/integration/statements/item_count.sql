-- name: item_count   rows: one
-- set:  query
-- in:   none
-- out:  n bigint
SELECT count(*) AS n FROM item
