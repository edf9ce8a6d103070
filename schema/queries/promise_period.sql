-- name: promise_period     rows: many
-- set:  query
-- in:   $1 from timestamptz, $2 to timestamptz      index: promise_due
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, for_carrier text,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, unconfirmed boolean, about uuid, plate text
-- Everything that fell due in the period or was silent in it, by its policy or by the yardstick (at most twice that: 14 days and 12 h); claim steps are counted apart.
-- Reminders to customers are read from when they were opened: their times are those that were waited (CLK-18).  `about` is the bag: for a promise of a
-- case the first of its bags, so that joint silence on one bag counts once.
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
       p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed,
       coalesce(c.bag_id, p.bag_id) AS about, b.plate
FROM promise p
LEFT JOIN case_bag c ON c.bucket = p.bucket AND c.case_id = p.bag_id AND c.ordinal = 0
LEFT JOIN bag b ON b.bucket = p.bucket AND b.bag_id = p.bag_id
WHERE p.due_at < $2 + interval '15 days' AND (p.due_at < $2 OR p.yardstick_at < $2 OR (p.owed = 'remind-customer' AND p.opened_at < $2))
  AND (p.due_at >= $1 OR p.closed_at IS NULL OR p.closed_at > $1) AND p.kind <> 'claim'
ORDER BY p.due_at, p.promise_id;
