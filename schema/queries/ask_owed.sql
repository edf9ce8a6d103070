-- name: ask_owed           rows: many
-- set:  query
-- in:   $1 carriers text[], $2 most integer, $3 after_due timestamptz, $4 after_id uuid      index: promise_debtor
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, for_carrier text,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, unconfirmed boolean
-- Answers that the carriers owe to who asked them, by due time; those behind $3 and $4.
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
       p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed
FROM promise p
WHERE p.closed_at IS NULL AND p.kind = 'ask' AND p.debtor = ANY ($1::text[])
  AND ($3::timestamptz IS NULL OR (p.due_at, p.promise_id) > ($3, $4::uuid))
ORDER BY p.due_at, p.promise_id
LIMIT $2;
