-- name: event_insert       rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 version integer[], $4 subject text[], $5 uid uuid[], $6 journal_id bigint,
--       $7 ordinal integer[], $8 code text[], $9 sender text[], $10 event_id text[], $11 carrier text[], $12 source text[],
--       $13 order_at timestamptz[], $14 rank smallint[], $15 occurred_at timestamptz[], $16 time_kind text[], $17 time_type text[],
--       $18 offset_min smallint[], $19 sent_at timestamptz[], $20 skew_us bigint[], $21 recorded_at timestamptz[], $22 station text[],
--       $23 place text[], $24 flight text[], $25 flight_date date[], $26 from_carrier text[], $27 to_carrier text[], $28 reason text[],
--       $29 new_plate text[], $30 data text[], $31 replaces text[], $32 raw_id uuid[], $33 raw_first integer[], $34 raw_last integer[],
--       $35 raw_commitment bytea[], $36 private_commitment bytea[], $37 outcome text[], $38 flags text[], $39 answer text[], $40 leaf bytea[],
--       $41 ident text[]
-- out:  none
-- flags come as one text per event, words separated by a space.
INSERT INTO event (bucket, bag_id, version, subject, uid, journal_id, ordinal, code, sender, event_id, carrier, source, order_at,
                   rank, occurred_at, time_kind, time_type, offset_min, sent_at, skew_us, recorded_at, station, place, flight,
                   flight_date, from_carrier, to_carrier, reason, new_plate, data, replaces, raw_id, raw_first, raw_last,
                   raw_commitment, private_commitment, outcome, flags, answer, leaf, ident)
SELECT w.bucket, w.bag_id, w.version, w.subject, w.uid, $6, w.ordinal, w.code, w.sender, w.event_id, w.carrier, w.source,
       w.order_at, w.rank, w.occurred_at, w.time_kind, w.time_type, w.offset_min, w.sent_at, w.skew_us, w.recorded_at, w.station,
       w.place, w.flight, w.flight_date, w.from_carrier, w.to_carrier, w.reason, w.new_plate, w.data, w.replaces, w.raw_id,
       w.raw_first, w.raw_last, w.raw_commitment, w.private_commitment, w.outcome,
       string_to_array(nullif(w.flags, ''), ' ') || '{}'::text[], w.answer, w.leaf, w.ident
FROM (SELECT unnest($1::smallint[]) AS bucket, unnest($2::uuid[]) AS bag_id, unnest($3::integer[]) AS version,
             unnest($4::text[]) AS subject, unnest($5::uuid[]) AS uid, unnest($7::integer[]) AS ordinal,
             unnest($8::text[]) AS code, unnest($9::text[]) AS sender, unnest($10::text[]) AS event_id,
             unnest($11::text[]) AS carrier, unnest($12::text[]) AS source, unnest($13::timestamptz[]) AS order_at,
             unnest($14::smallint[]) AS rank, unnest($15::timestamptz[]) AS occurred_at, unnest($16::text[]) AS time_kind,
             unnest($17::text[]) AS time_type, unnest($18::smallint[]) AS offset_min, unnest($19::timestamptz[]) AS sent_at,
             unnest($20::bigint[]) AS skew_us, unnest($21::timestamptz[]) AS recorded_at, unnest($22::text[]) AS station,
             unnest($23::text[]) AS place, unnest($24::text[]) AS flight, unnest($25::date[]) AS flight_date,
             unnest($26::text[]) AS from_carrier, unnest($27::text[]) AS to_carrier, unnest($28::text[]) AS reason,
             unnest($29::text[]) AS new_plate, unnest($30::text[]) AS data, unnest($31::text[]) AS replaces,
             unnest($32::uuid[]) AS raw_id, unnest($33::integer[]) AS raw_first, unnest($34::integer[]) AS raw_last,
             unnest($35::bytea[]) AS raw_commitment, unnest($36::bytea[]) AS private_commitment,
             unnest($37::text[]) AS outcome, unnest($38::text[]) AS flags, unnest($39::text[]) AS answer,
             unnest($40::bytea[]) AS leaf, unnest($41::text[]) AS ident) AS w;
