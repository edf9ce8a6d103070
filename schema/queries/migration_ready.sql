-- name: migration_ready      rows: one
-- set:  boot
-- in:   none
-- out:  there boolean
SELECT to_regclass('schema_migration') IS NOT NULL AS there
