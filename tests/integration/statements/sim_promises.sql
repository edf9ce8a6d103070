-- name: sim_promises      rows: many
-- set:  admin
-- in:   none
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, opened_at timestamptz, due_at timestamptz, opened_version integer, level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_version integer, closed_uid uuid
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.opened_at, p.due_at,
       p.opened_version, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_version, p.closed_uid
FROM promise p
ORDER BY p.bag_id, p.opened_version, p.promise_id
