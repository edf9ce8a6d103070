-- name: verify_leaves      rows: many
-- set:  admin
-- in:   $1 first bigint, $2 last bigint      index: event_journal
-- out:  journal_id bigint, ordinal integer, leaf bytea
SELECT e.journal_id, e.ordinal, e.leaf
FROM event e
WHERE e.journal_id BETWEEN $1 AND $2
ORDER BY e.journal_id, e.ordinal
