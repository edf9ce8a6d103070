-- name: erase_standing     rows: many
-- set:  query, admin
-- in:   $1 bucket smallint[], $2 case_id uuid[]      index: case_file_pkey
-- out:  case_id uuid
SELECT c.case_id
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, case_id)
JOIN case_file c ON c.bucket = w.bucket AND c.case_id = w.case_id
WHERE c.erased_at IS NULL
ORDER BY c.case_id;
