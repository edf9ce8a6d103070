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
    timeout_at = w.timeout_at,
    given_up_at = CASE WHEN w.case_state = 'CLOSED' AND w.place <> 'DELIVERED' AND w.joined_into IS NULL THEN w.recorded_at END,
    joined_into = w.joined_into, members = w.members::uuid[], events = w.events, fold = w.fold
FROM (SELECT unnest($1::smallint[]) AS bucket, unnest($2::uuid[]) AS bag_id, unnest($3::integer[]) AS version,
             unnest($4::text[]) AS plate, unnest($5::text[]) AS short_plate, unnest($6::date[]) AS travel_date,
             unnest($7::integer[]) AS read, unnest($8::timestamptz[]) AS recorded_at, unnest($9::text[]) AS place,
             unnest($10::text[]) AS station, unnest($11::text[]) AS custody, unnest($12::text[]) AS custodian,
             unnest($13::text[]) AS case_state, unnest($14::uuid[]) AS case_id, unnest($15::boolean[]) AS watched,
             unnest($16::timestamptz[]) AS last_seen_at, unnest($17::timestamptz[]) AS last_news_at,
             unnest($18::timestamptz[]) AS timeout_at, unnest($19::uuid[]) AS joined_into, unnest($20::text[]) AS members,
             unnest($21::integer[]) AS events, unnest($22::bytea[]) AS fold) AS w
WHERE ($1::smallint[] IS NULL OR b.bucket = ANY ($1)) AND b.bucket = w.bucket AND b.bag_id = w.bag_id AND b.version = w.read;
