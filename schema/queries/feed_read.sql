-- name: feed_read          rows: many
-- set:  feed, query
-- in:   $1 after bigint, $2 most integer      index: journal_first_index
-- out:  id bigint, first_index bigint, n integer, recorded_at timestamptz, entries bytea
-- Stamped batches with events behind `after`, in order; entries is null where nothing was to be shown or the slot was emptied.
-- The first of them is the one that holds `after` + 1, found from behind.
SELECT j.id, j.first_index, j.n, j.recorded_at, p.entries
FROM journal j
LEFT JOIN feed_payload p
    ON p.journal_id = j.id AND p.slot = (floor(extract(epoch FROM j.recorded_at) / 86400)::bigint % 16)::smallint
WHERE j.seq IS NOT NULL AND j.n > 0 AND j.first_index + j.n - 1 > $1
      AND j.first_index >= coalesce((SELECT b.first_index FROM journal b WHERE b.seq IS NOT NULL AND b.n > 0 AND b.first_index <= $1 + 1
                                     ORDER BY b.first_index DESC LIMIT 1), 0)
ORDER BY j.first_index
LIMIT $2;
