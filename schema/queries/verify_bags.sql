-- name: verify_bags        rows: many
-- set:  admin
-- in:   $1 bucket smallint, $2 bag_id uuid, $3 most integer      index: bag_pkey
-- out:  bucket smallint, bag_id uuid, version integer, plate text, short_plate text, travel_date date, made_at timestamptz,
--       recorded_at timestamptz, place text, station text, custody text, custodian text, case_state text, case_id uuid,
--       watched boolean, last_seen_at timestamptz, last_news_at timestamptz, timeout_at timestamptz, joined_into uuid,
--       members uuid[], events integer, fold bytea
SELECT b.bucket, b.bag_id, b.version, b.plate, b.short_plate, b.travel_date, b.made_at, b.recorded_at, b.place, b.station,
       b.custody, b.custodian, b.case_state, b.case_id, b.watched, b.last_seen_at, b.last_news_at, b.timeout_at, b.joined_into,
       b.members, b.events, b.fold
FROM bag b
WHERE (b.bucket, b.bag_id) > ($1, $2)
ORDER BY b.bucket, b.bag_id
LIMIT $3
