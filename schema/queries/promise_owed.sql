-- name: promise_owed       rows: many
-- set:  query
-- in:   $1 carriers text[], $2 everyone boolean, $3 debtor text, $4 before timestamptz, $5 most integer, $6 storms_at timestamptz,
--       $7 desks text[], $8 station text, $9 kind text, $10 level smallint, $11 after_due timestamptz, $12 after_id uuid      index: promise_debtor
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, for_carrier text,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, unconfirmed boolean, plate text, ref text
-- Open promises that one of the carriers owes or is owed; $3 narrows to one debtor, $4 to those due before; what is put off by a storm
-- that holds at $6 is left out (its duties are $7).
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
       p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed,
       b.plate, coalesce(c.ref, f.ref) AS ref
FROM (SELECT p.* FROM promise p
      WHERE p.closed_at IS NULL AND ($2 OR p.debtor = ANY ($1::text[]) OR p.creditor = ANY ($1::text[]))
        AND ($3::text IS NULL OR p.debtor = $3) AND ($4::timestamptz IS NULL OR p.due_at <= $4)
        AND ($6::timestamptz IS NULL OR p.owed <> ALL ($7) OR NOT EXISTS (
             SELECT FROM disruption d
             WHERE d.station = p.station AND d.ended_at IS NULL AND d.from_at <= $6 AND d.until_at > $6 AND (d.carriers = '{}' OR p.debtor = ANY (d.carriers))))
        AND ($8::text IS NULL OR p.station = $8) AND ($9::text IS NULL OR p.kind = $9) AND ($10::smallint IS NULL OR p.level >= $10)
        AND ($11::timestamptz IS NULL OR (p.due_at, p.promise_id) > ($11, $12::uuid))
      ORDER BY p.due_at, p.promise_id
      LIMIT $5) p
LEFT JOIN bag b ON b.bucket = p.bucket AND b.bag_id = p.bag_id
LEFT JOIN case_file c ON c.bucket = p.bucket AND c.case_id = p.bag_id
LEFT JOIN case_file f ON f.bucket = get_byte(uuid_send(b.case_id), 15) AND f.case_id = b.case_id
ORDER BY p.due_at, p.promise_id;
