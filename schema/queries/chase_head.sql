-- name: chase_head         rows: one
-- set:  duties
-- in:   $1 after bigint, $2 most integer      index: journal_first_index
-- out:  head bigint
-- Feed index of the last event of the next stamped batches; null: there are none.
SELECT max(b.first_index + b.n - 1)::bigint AS head
FROM (SELECT j.first_index, j.n FROM journal j WHERE j.seq IS NOT NULL AND j.n > 0 AND j.first_index > $1
      ORDER BY j.first_index LIMIT $2) b
