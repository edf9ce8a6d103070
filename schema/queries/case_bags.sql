-- name: case_bags          rows: many
-- set:  writer, query
-- in:   $1 bucket smallint[], $2 case_id uuid[]      index: case_bag_pkey
-- out:  case_id uuid, ordinal smallint, bag_id uuid
SELECT c.case_id, c.ordinal, c.bag_id
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, case_id)
JOIN case_bag c ON c.bucket = w.bucket AND c.case_id = w.case_id
WHERE ($1::smallint[] IS NULL OR c.bucket = ANY ($1))
ORDER BY c.case_id, c.ordinal;
