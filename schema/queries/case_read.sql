-- name: case_read          rows: many
-- set:  writer, query
-- in:   $1 bucket smallint[], $2 case_id uuid[]      index: case_file_pkey
-- out:  bucket smallint, case_id uuid, version integer, fold bytea
SELECT c.bucket, c.case_id, c.version, c.fold
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, case_id)
JOIN case_file c ON c.bucket = w.bucket AND c.case_id = w.case_id
WHERE ($1::smallint[] IS NULL OR c.bucket = ANY ($1));
