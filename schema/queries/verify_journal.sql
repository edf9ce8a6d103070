-- name: verify_journal     rows: many
-- set:  admin
-- in:   $1 after bigint, $2 most integer      index: journal_pkey
-- out:  id bigint, n integer, leaves bytea, seq bigint, first_index bigint
SELECT j.id, j.n, j.leaves, j.seq, j.first_index FROM journal j WHERE j.id > $1 ORDER BY j.id LIMIT $2
