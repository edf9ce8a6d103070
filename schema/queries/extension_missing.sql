-- name: extension_missing    rows: many
-- set:  boot
-- in:   $1 names text[]
-- out:  name text
SELECT w.name FROM unnest($1) AS w (name)
WHERE NOT EXISTS (SELECT 1 FROM pg_available_extensions a WHERE a.name = w.name)
ORDER BY w.name
