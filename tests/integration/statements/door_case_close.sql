-- name: door_case_close   rows: count
-- set:  admin
-- in:   $1 case_id uuid, $2 at timestamptz
-- out:  none
UPDATE case_file SET closed_at = $2 WHERE case_id = $1
