-- name: seed_bag           rows: count
-- set:  admin
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 plate text[], $4 short_plate text[], $5 travel_date date[], $6 made_at timestamptz[],
--       $7 case_id uuid[], $8 fold bytea[]
-- out:  none
INSERT INTO bag (bucket, bag_id, version, plate, short_plate, travel_date, made_at, recorded_at, place, custody, case_state, case_id, watched,
                 members, events, fold)
SELECT w.bucket, w.bag_id, 1, w.plate, w.short_plate, w.travel_date, w.made_at, w.made_at, 'AT', 'NONE', 'OPEN', w.case_id, true, '{}', 1, w.fold
FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::timestamptz[], $7::uuid[], $8::bytea[])
     AS w (bucket, bag_id, plate, short_plate, travel_date, made_at, case_id, fold);
