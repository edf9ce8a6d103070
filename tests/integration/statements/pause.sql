-- name: pause   rows: one
-- set:  query, writer
-- in:   $1 seconds double precision
-- out:  done text
SELECT pg_sleep($1)::text AS done
