-- name: bag_update         rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 version integer[], $4 plate text[], $5 short_plate text[], $6 travel_date date[],
--       $7 read integer[], $8 recorded_at timestamptz[], $9 place text[], $10 station text[], $11 custody text[],
--       $12 custodian text[], $13 case_state text[], $14 case_id uuid[], $15 watched boolean[], $16 last_seen_at timestamptz[],
--       $17 last_news_at timestamptz[], $18 timeout_at timestamptz[], $19 joined_into uuid[], $20 members text[], $21 events integer[], $22 fold bytea[]
--       index: bag_pkey
-- out:  none
UPDATE bag b
SET version = w.version, plate = w.plate, short_plate = w.short_plate, travel_date = w.travel_date, recorded_at = w.recorded_at,
    place = w.place, station = w.station, custody = w.custody, custodian = w.custodian, case_state = w.case_state,
    case_id = w.case_id, watched = w.watched, last_seen_at = w.last_seen_at, last_news_at = w.last_news_at,
    timeout_at = w.timeout_at, joined_into = w.joined_into, members = w.members::uuid[], events = w.events, fold = w.fold
FROM unnest($1::smallint[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::date[], $7::integer[], $8::timestamptz[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::boolean[], $16::timestamptz[],
            $17::timestamptz[], $18::timestamptz[], $19::uuid[], $20::text[], $21::integer[], $22::bytea[])
     AS w (bucket, bag_id, version, plate, short_plate, travel_date, read, recorded_at, place, station, custody, custodian,
           case_state, case_id, watched, last_seen_at, last_news_at, timeout_at, joined_into, members, events, fold)
WHERE ($1::smallint[] IS NULL OR b.bucket = ANY ($1)) AND b.bucket = w.bucket AND b.bag_id = w.bag_id AND b.version = w.read;
