-- name: chase_levels       rows: many
-- set:  duties
-- in:   $1 after bigint, $2 head bigint      index: event_level
-- out:  bag_id uuid, promise_id uuid, subject text, owed text, debtor text, creditor text, station text, handoff_from text, for_carrier text, unconfirmed boolean,
--       basis text, policy text, opened_at timestamptz, due_at timestamptz, yardstick_at timestamptz, offset_min smallint,
--       level smallint, next_level_at timestamptz, closed_at timestamptz, closed_why text, closed_uid uuid, raised smallint, plate text,
--       ref text, case_id uuid
-- The levels that were raised there, of promises that are open still; a reminder only while nothing is overdue.
SELECT p.bag_id, p.promise_id, p.subject, p.owed, p.debtor, p.creditor, p.station, p.handoff_from, p.for_carrier, p.unconfirmed, p.basis, p.policy,
       p.opened_at, p.due_at, p.yardstick_at, p.offset_min, p.level, p.next_level_at, p.closed_at, p.closed_why, p.closed_uid,
       d.level AS raised, b.plate, coalesce(c.ref, f.ref) AS ref, coalesce(c.case_id, f.case_id) AS case_id
FROM journal j
JOIN event e ON e.journal_id = j.id AND e.code IN ('PROMISE_REMINDED', 'PROMISE_MISSED')
CROSS JOIN LATERAL (SELECT (e.data::jsonb ->> 'promise_id')::uuid AS promise_id, (e.data::jsonb ->> 'level')::smallint AS level) d
JOIN promise p ON p.bucket = e.bucket AND p.bag_id = e.bag_id AND p.promise_id = d.promise_id AND p.closed_at IS NULL
LEFT JOIN bag b ON b.bucket = p.bucket AND b.bag_id = p.bag_id
LEFT JOIN case_file c ON c.bucket = p.bucket AND c.case_id = p.bag_id
LEFT JOIN case_file f ON f.bucket = get_byte(uuid_send(b.case_id), 15) AND f.case_id = b.case_id
WHERE j.seq IS NOT NULL AND j.n > 0 AND j.first_index > $1 AND j.first_index <= $2 AND (d.level > 0 OR p.level = 0)
ORDER BY j.first_index, e.ordinal
