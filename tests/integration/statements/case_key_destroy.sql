-- name: case_key_destroy   rows: count
-- set:  admin
-- in:   $1 key_id uuid
-- out:  none
DELETE FROM data_key WHERE key_id = $1
