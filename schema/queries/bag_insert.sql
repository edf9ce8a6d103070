-- name: bag_insert         rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 version integer[], $4 plate text[], $5 short_plate text[], $6 travel_date date[],
--       $7 made_at timestamptz[], $8 recorded_at timestamptz[], $9 place text[], $10 station text[], $11 custody text[],
--       $12 custodian text[], $13 case_state text[], $14 case_id uuid[], $15 watched boolean[], $16 last_seen_at timestamptz[],
--       $17 last_news_at timestamptz[], $18 timeout_at timestamptz[], $19 joined_into uuid[], $20 members text[], $21 events integer[], $22 fold bytea[]
-- out:  none
INSERT INTO bag (bucket, bag_id, version, plate, short_plate, travel_date, made_at, recorded_at, place, station, custody, custodian,
                 case_state, case_id, watched, last_seen_at, last_news_at, timeout_at, given_up_at, joined_into, members,
                 events, fold)
SELECT w.bucket, w.bag_id, w.version, w.plate, w.short_plate, w.travel_date, w.made_at, w.recorded_at, w.place, w.station, w.custody,
       w.custodian, w.case_state, w.case_id, w.watched, w.last_seen_at, w.last_news_at, w.timeout_at,
       CASE WHEN w.case_state = 'CLOSED' AND w.place <> 'DELIVERED' AND w.joined_into IS NULL THEN w.recorded_at END, w.joined_into,
       w.members::uuid[], w.events, w.fold
FROM (SELECT unnest($1::smallint[]) AS bucket, unnest($2::uuid[]) AS bag_id, unnest($3::integer[]) AS version,
             unnest($4::text[]) AS plate, unnest($5::text[]) AS short_plate, unnest($6::date[]) AS travel_date,
             unnest($7::timestamptz[]) AS made_at, unnest($8::timestamptz[]) AS recorded_at, unnest($9::text[]) AS place,
             unnest($10::text[]) AS station, unnest($11::text[]) AS custody, unnest($12::text[]) AS custodian,
             unnest($13::text[]) AS case_state, unnest($14::uuid[]) AS case_id, unnest($15::boolean[]) AS watched,
             unnest($16::timestamptz[]) AS last_seen_at, unnest($17::timestamptz[]) AS last_news_at,
             unnest($18::timestamptz[]) AS timeout_at, unnest($19::uuid[]) AS joined_into, unnest($20::text[]) AS members,
             unnest($21::integer[]) AS events, unnest($22::bytea[]) AS fold) AS w;
