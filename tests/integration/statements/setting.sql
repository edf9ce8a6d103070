-- name: setting   rows: one
-- set:  query, writer
-- in:   $1 name text
-- out:  value text
SELECT current_setting($1) AS value
