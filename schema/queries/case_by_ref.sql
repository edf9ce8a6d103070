-- name: case_by_ref        rows: maybe one
-- set:  query, admin
-- in:   $1 bucket smallint, $2 ref text      index: case_ref_pkey
-- out:  case_id uuid, case_bucket smallint
SELECT case_id, case_bucket FROM case_ref WHERE bucket = $1 AND ref = $2
