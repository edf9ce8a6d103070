-- name: feed_numbered      rows: many
-- set:  feed
-- in:   $1 after bigint, $2 most integer      index: journal_first_index
-- out:  id bigint, first_index bigint, n integer, recorded_at timestamptz
-- Stamped batches with events that begin behind `after`, in order, without what they hold.
SELECT j.id, j.first_index, j.n, j.recorded_at
FROM journal j
WHERE j.seq IS NOT NULL AND j.n > 0 AND j.first_index > $1
ORDER BY j.first_index
LIMIT $2;
