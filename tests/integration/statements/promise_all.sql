-- name: promise_all        rows: many
-- set:  admin
-- in:   none
-- out:  promise_id uuid, owed text, debtor text, due_at timestamptz, level smallint, next_level_at timestamptz, closed_why text
SELECT p.promise_id, p.owed, p.debtor, p.due_at, p.level, p.next_level_at, p.closed_why FROM promise p ORDER BY p.opened_at, p.promise_id
