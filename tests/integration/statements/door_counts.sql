-- name: door_counts   rows: one
-- set:  admin
-- in:   none
-- out:  sessions bigint, answers bigint
SELECT (SELECT count(*) FROM session) AS sessions, (SELECT count(*) FROM idempotency) AS answers
