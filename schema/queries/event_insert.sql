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
FROM unnest($1::smallint[], $2::uuid[], $3::integer[], $4::text[], $5::uuid[], $7::integer[], $8::text[], $9::text[], $10::text[],
            $11::text[], $12::text[], $13::timestamptz[], $14::smallint[], $15::timestamptz[], $16::text[], $17::text[],
            $18::smallint[], $19::timestamptz[], $20::bigint[], $21::timestamptz[], $22::text[], $23::text[], $24::text[],
            $25::date[], $26::text[], $27::text[], $28::text[], $29::text[], $30::text[], $31::text[], $32::uuid[], $33::integer[],
            $34::integer[], $35::bytea[], $36::bytea[], $37::text[], $38::text[], $39::text[], $40::bytea[], $41::text[])
     AS w (bucket, bag_id, version, subject, uid, ordinal, code, sender, event_id, carrier, source, order_at, rank, occurred_at,
           time_kind, time_type, offset_min, sent_at, skew_us, recorded_at, station, place, flight, flight_date, from_carrier,
           to_carrier, reason, new_plate, data, replaces, raw_id, raw_first, raw_last, raw_commitment, private_commitment, outcome,
           flags, answer, leaf, ident);
