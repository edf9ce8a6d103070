-- name: search_names       rows: many
-- set:  query
-- in:   $1 bucket smallint[], $2 case_id uuid[]      index: case_search_pkey
-- out:  case_id uuid, names text
SELECT s.case_id, s.names
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, case_id)
JOIN case_search s ON s.bucket = w.bucket AND s.case_id = w.case_id
WHERE ($1::smallint[] IS NULL OR s.bucket = ANY ($1));
