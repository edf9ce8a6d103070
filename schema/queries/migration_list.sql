-- name: migration_list       rows: many
-- set:  migrate
-- in:   none
-- out:  number integer, name text, checksum bytea, min_program integer, applied_at timestamptz
SELECT number, name, checksum, min_program, applied_at FROM schema_migration ORDER BY number
