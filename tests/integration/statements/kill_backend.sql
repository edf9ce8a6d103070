-- name: kill_backend   rows: one
-- set:  query, writer
-- in:   $1 pid integer
-- out:  done boolean
SELECT pg_terminate_backend($1) AS done
