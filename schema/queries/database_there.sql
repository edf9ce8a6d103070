-- name: database_there       rows: one
-- set:  boot
-- in:   $1 name text
-- out:  there boolean
SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1) AS there
