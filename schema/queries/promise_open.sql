-- name: promise_open       rows: many
-- set:  writer, query
-- in:   $1 bucket smallint[], $2 bag_id uuid[]      index: promise_open
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, for_carrier text,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, unconfirmed boolean
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.basis, p.policy, p.opened_at,
       p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid, p.unconfirmed
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, bag_id)
JOIN promise p ON p.bucket = w.bucket AND p.bag_id = w.bag_id
WHERE ($1::smallint[] IS NULL OR p.bucket = ANY ($1)) AND p.closed_at IS NULL
ORDER BY p.bag_id, p.opened_at, p.promise_id;
