-- name: case_bag_insert    rows: count
-- set:  writer
-- in:   $1 bucket smallint, $2 case_id uuid, $3 ordinal smallint[], $4 bag_bucket smallint[], $5 bag_id uuid[]
-- out:  none
INSERT INTO case_bag (bucket, case_id, ordinal, bag_bucket, bag_id)
SELECT $1, $2, w.ordinal, w.bag_bucket, w.bag_id
FROM unnest($3::smallint[], $4::smallint[], $5::uuid[]) AS w (ordinal, bag_bucket, bag_id);
