-- name: promise_insert     rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 promise_id uuid[], $4 subject text[], $5 kind text[], $6 owed text[], $7 debtor text[],
--       $8 creditor text[], $9 station text[], $10 handoff_from text[], $11 basis text[], $12 policy text[], $13 opened_at timestamptz[],
--       $14 due_at timestamptz[], $15 yardstick_at timestamptz[], $16 opened_version integer[], $17 journal_id bigint,
--       $18 opened_ordinal integer[], $19 offset_min smallint[], $20 level smallint[], $21 next_level_at timestamptz[],
--       $22 closed_at timestamptz[], $23 closed_why text[], $24 closed_uid uuid[], $25 closed_version integer[],
--       $26 closed_journal bigint[], $27 closed_ordinal integer[], $28 for_carrier text[], $29 unconfirmed boolean[]
-- out:  none
INSERT INTO promise (bucket, bag_id, promise_id, subject, kind, owed, debtor, creditor, station, handoff_from, basis, policy,
                     opened_at, due_at, yardstick_at, opened_version, opened_journal, opened_ordinal, offset_min, level,
                     next_level_at, closed_at, closed_why, closed_uid, closed_version, closed_journal, closed_ordinal, for_carrier,
                     unconfirmed)
SELECT w.bucket, w.bag_id, w.promise_id, w.subject, w.kind, w.owed, w.debtor, w.creditor, w.station, w.handoff_from, w.basis,
       w.policy, w.opened_at, w.due_at, w.yardstick_at, w.opened_version, $17, w.opened_ordinal, w.offset_min, w.level,
       w.next_level_at, w.closed_at, w.closed_why, w.closed_uid, w.closed_version, w.closed_journal, w.closed_ordinal, w.for_carrier,
       w.unconfirmed
FROM unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::integer[],
            $18::integer[], $19::smallint[], $20::smallint[], $21::timestamptz[], $22::timestamptz[], $23::text[], $24::uuid[],
            $25::integer[], $26::bigint[], $27::integer[], $28::text[], $29::boolean[])
     AS w (bucket, bag_id, promise_id, subject, kind, owed, debtor, creditor, station, handoff_from, basis, policy, opened_at,
           due_at, yardstick_at, opened_version, opened_ordinal, offset_min, level, next_level_at, closed_at, closed_why, closed_uid,
           closed_version, closed_journal, closed_ordinal, for_carrier, unconfirmed);
