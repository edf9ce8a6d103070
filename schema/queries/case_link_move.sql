-- name: case_link_move     rows: count
-- set:  writer
-- in:   $1 case_id uuid, $2 to_bucket smallint, $3 to_case_id uuid      index: case_link_case
-- out:  none
UPDATE case_link SET case_bucket = $2, case_id = $3 WHERE case_id = $1 AND revoked_at IS NULL;
