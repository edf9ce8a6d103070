-- name: outage_due         rows: many
-- set:  duties
-- in:   $1 began timestamptz, $2 ended timestamptz, $3 until timestamptz, $4 since timestamptz, $5 most integer,
--       $6 quiet timestamptz      index: promise_due, promise_next
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, for_carrier text,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, unconfirmed boolean
-- Open promises that an outage puts off: due from its beginning ($4: as far as they were looked through already) to $3, and of those that
-- were missed before it began the ones whose next level falls before $6.  What was opened after its end knew of it.
(SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
        p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed
 FROM promise p
 WHERE p.due_at >= $1 AND p.due_at >= $4 AND p.due_at <= $3 AND p.closed_at IS NULL AND p.opened_at < $2
 ORDER BY p.due_at, p.promise_id
 LIMIT $5)
UNION ALL
(SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
        p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed
 FROM promise p
 WHERE p.next_level_at < $6 AND p.due_at < $1 AND p.opened_at < $2
 ORDER BY p.next_level_at, p.promise_id
 LIMIT $5)
