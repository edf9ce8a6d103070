-- name: promise_counts     rows: one
-- set:  duties
-- in:   $1 now timestamptz      index: promise_debtor
-- out:  open bigint, overdue bigint
SELECT count(*) AS open, count(*) FILTER (WHERE p.due_at <= $1) AS overdue FROM promise p WHERE p.closed_at IS NULL
