-- name: outage_pending     rows: many
-- set:  duties
-- in:   none      index: outage_pending
-- out:  outage_id uuid, began_at timestamptz, ended_at timestamptz
-- The earliest whose promises are not all put off yet.
SELECT o.outage_id, o.began_at, o.ended_at FROM outage o WHERE o.moved_at IS NULL ORDER BY o.began_at, o.outage_id LIMIT 1
