-- name: table_there   rows: one
-- set:  query
-- in:   $1 name text
-- out:  there boolean
SELECT to_regclass($1) IS NOT NULL AS there
