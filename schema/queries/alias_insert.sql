-- name: alias_insert       rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 kind text[], $3 value text[], $4 from_date date[], $5 until_date date[], $6 twin smallint[],
--       $7 bag_bucket smallint[], $8 bag_id uuid[], $9 number smallint[]
-- out:  none
INSERT INTO alias (bucket, kind, value, valid, twin, bag_bucket, bag_id, number)
SELECT w.bucket, w.kind, w.value, daterange(w.from_date, w.until_date), w.twin, w.bag_bucket, w.bag_id, w.number
FROM unnest($1::smallint[], $2::text[], $3::text[], $4::date[], $5::date[], $6::smallint[], $7::smallint[], $8::uuid[],
            $9::smallint[])
     AS w (bucket, kind, value, from_date, until_date, twin, bag_bucket, bag_id, number);
