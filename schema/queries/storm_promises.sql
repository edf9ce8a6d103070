-- name: storm_promises     rows: many
-- set:  duties
-- in:   $1 station text, $2 carriers text[], $3 owed text[], $4 due_from timestamptz, $5 due_until timestamptz, $6 moved_from timestamptz,
--       $7 most integer      index: promise_station
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text,
--       for_carrier text,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, unconfirmed boolean
-- What a storm puts off: due within its time, and not put off for it already.
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
       p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed
FROM promise p
WHERE p.station = $1 AND p.due_at >= $4 AND p.due_at < $5 AND p.closed_at IS NULL AND p.kind = 'place' AND p.owed = ANY ($3)
  AND ($2::text[] = '{}' OR p.debtor = ANY ($2))
  AND NOT EXISTS (SELECT FROM promise q
                  WHERE q.bucket = p.bucket AND q.bag_id = p.bag_id AND q.closed_why = 'moved' AND q.closed_at = p.opened_at
                    AND q.owed = p.owed AND q.debtor = p.debtor AND q.closed_at >= $6)
ORDER BY p.due_at, p.promise_id
LIMIT $7
