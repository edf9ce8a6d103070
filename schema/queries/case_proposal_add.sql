-- name: case_proposal_add  rows: count
-- set:  duties
-- in:   $1 id uuid, $2 now timestamptz, $3 bag_bucket smallint, $4 bag_id uuid, $5 plate text, $6 owner text, $7 station text,
--       $8 flight text, $9 flight_date date, $10 lands_at timestamptz      index: case_proposal_pkey
-- out:  none
INSERT INTO case_proposal (id, made_at, why, bag_bucket, bag_id, plate, owner, station, flight, flight_date, lands_at)
VALUES ($1, $2, 'missed-connection', $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO NOTHING;
