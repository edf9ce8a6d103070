-- name: unnest_rows   rows: many
-- set:  query
-- in:   $1 n integer[], $2 word text[]
-- out:  n integer, word text
SELECT u.n, u.word FROM unnest($1, $2) AS u (n, word) ORDER BY u.n
