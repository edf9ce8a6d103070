-- name: case_ref_insert    rows: count
-- set:  writer
-- in:   $1 bucket smallint, $2 ref text, $3 case_id uuid
-- out:  none
INSERT INTO case_ref (bucket, ref, case_id, case_bucket) VALUES ($1, $2, $3, $1);
