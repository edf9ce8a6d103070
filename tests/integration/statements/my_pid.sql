-- name: my_pid   rows: one
-- set:  query, writer
-- in:   none
-- out:  pid integer
SELECT pg_backend_pid() AS pid
