-- name: due_any            rows: one
-- set:  duties
-- in:   $1 now timestamptz      index: promise_next, bag_timeout, case_timeout, outage_pending
-- out:  any boolean
-- The first of each index, compared afterwards.  As `EXISTS (... timeout_at <= $1)` the planner takes a third of the table for due, so
-- that reading from its beginning must soon find one; where none was due, all bags were read, every second.
SELECT coalesce((SELECT p.next_level_at FROM promise p WHERE p.next_level_at IS NOT NULL ORDER BY p.next_level_at LIMIT 1) <= $1, false)
    OR coalesce((SELECT b.timeout_at FROM bag b WHERE b.timeout_at IS NOT NULL AND b.joined_into IS NULL ORDER BY b.timeout_at LIMIT 1) <= $1, false)
    OR coalesce((SELECT c.timeout_at FROM case_file c WHERE c.timeout_at IS NOT NULL ORDER BY c.timeout_at LIMIT 1) <= $1, false)
    OR EXISTS (SELECT FROM outage o WHERE o.moved_at IS NULL) AS any
