-- name: due_any            rows: one
-- set:  duties
-- in:   $1 now timestamptz      index: promise_next, bag_timeout, case_timeout, outage_pending
-- out:  any boolean
SELECT EXISTS (SELECT FROM promise p WHERE p.next_level_at <= $1)
    OR EXISTS (SELECT FROM bag b WHERE b.timeout_at <= $1 AND b.joined_into IS NULL)
    OR EXISTS (SELECT FROM case_file c WHERE c.timeout_at <= $1)
    OR EXISTS (SELECT FROM outage o WHERE o.moved_at IS NULL) AS any
