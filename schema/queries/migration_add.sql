-- name: migration_add        rows: count
-- set:  migrate
-- in:   $1 number integer, $2 name text, $3 checksum bytea, $4 min_program integer, $5 now timestamptz
-- out:  none
INSERT INTO schema_migration (number, name, checksum, min_program, applied_at) VALUES ($1, $2, $3, $4, $5)
