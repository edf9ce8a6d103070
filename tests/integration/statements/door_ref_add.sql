-- name: door_ref_add   rows: count
-- set:  admin
-- in:   $1 bucket smallint, $2 case_id uuid, $3 ref text
-- out:  none
INSERT INTO case_ref (bucket, ref, case_id, case_bucket) VALUES ($1, $3, $2, $1)
