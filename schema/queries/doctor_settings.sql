-- name: doctor_settings    rows: many
-- set:  admin
-- in:   $1 names text[]
-- out:  name text, setting text
SELECT s.name, s.setting FROM pg_settings s WHERE s.name = ANY ($1) ORDER BY s.name
