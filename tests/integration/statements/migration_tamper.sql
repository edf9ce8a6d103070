-- name: migration_tamper   rows: count
-- set:  query
-- in:   $1 number integer
-- out:  none
UPDATE bagwatch.schema_migration SET checksum = sha256('other') WHERE number = $1
