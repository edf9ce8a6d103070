-- name: number_of   rows: one
-- set:  query, writer
-- in:   $1 word text
-- out:  n integer
SELECT $1::integer AS n
