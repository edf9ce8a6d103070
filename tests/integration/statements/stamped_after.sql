-- name: stamped_after   rows: many
-- set:  admin
-- in:   $1 seq bigint
-- out:  seq bigint, first_index bigint, n integer, stamped_at timestamptz
SELECT j.seq, j.first_index, j.n, j.stamped_at FROM journal j WHERE j.seq > $1 ORDER BY j.seq LIMIT 500
