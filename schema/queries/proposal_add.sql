-- name: proposal_add        rows: count
-- set:  query
-- in:   $1 id uuid, $2 now timestamptz, $3 sender text, $4 carrier text, $5 bag_bucket smallint, $6 bag_id uuid, $7 plate text,
--       $8 flight text, $9 flight_date date, $10 from_station text, $11 to_station text, $12 case_id uuid, $13 ref text, $14 owner text,
--       $15 case_bag_bucket smallint, $16 case_bag_id uuid, $17 case_plate text, $18 why text
-- out:  none
INSERT INTO proposal (id, made_at, sender, carrier, bag_bucket, bag_id, plate, flight, flight_date, from_station, to_station, case_id, ref,
                      owner, case_bag_bucket, case_bag_id, case_plate, why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (id) DO NOTHING;
