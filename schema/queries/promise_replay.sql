-- name: promise_replay     rows: many
-- set:  query
-- in:   $1 from timestamptz, $2 to timestamptz, $3 owed text, $4 debtor text, $5 most integer      index: promise_due
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, for_carrier text,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, unconfirmed boolean, version integer, fold bytea,
--       by_flight boolean
-- What was promised under one row in a time, with its bag or file as that is now; $4 empty = by whatever carrier.  by_flight: it was closed because
-- its flight's times were told anew, and the same is owed by another promise since.
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
       p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed,
       coalesce(b.version, c.version) AS version, coalesce(b.fold, c.fold) AS fold,
       coalesce(p.closed_why = 'moved' AND EXISTS (
           SELECT FROM event e WHERE e.bucket = p.bucket AND e.bag_id = p.bag_id AND e.uid = p.closed_uid AND e.code = 'FLIGHT_TIMES'), false) AS by_flight
FROM promise p
LEFT JOIN bag b ON p.subject = 'bag' AND b.bucket = p.bucket AND b.bag_id = p.bag_id
LEFT JOIN case_file c ON p.subject = 'case' AND c.bucket = p.bucket AND c.case_id = p.bag_id
WHERE p.due_at >= $1 AND p.opened_at >= $1 AND p.opened_at < $2 AND p.owed = $3 AND ($4 = '' OR p.debtor = $4)
ORDER BY p.due_at, p.promise_id
LIMIT $5
