-- name: verify_feed        rows: one
-- set:  admin
-- in:   none
-- out:  stamped bigint, last_seq bigint, last_index bigint, seq_holes bigint, index_holes bigint, state_seq bigint, state_index bigint
-- Holes: stamped batches whose number or first index does not follow the one before.
SELECT count(f.seq) AS stamped, coalesce(max(f.seq), 0) AS last_seq, coalesce(max(f.first_index + f.n - 1), 0) AS last_index,
       count(*) FILTER (WHERE f.seq <> f.seq_before + 1) AS seq_holes,
       count(*) FILTER (WHERE f.first_index <> f.index_before) AS index_holes,
       (SELECT s.last_seq FROM feed_state s WHERE s.one) AS state_seq,
       (SELECT s.last_index FROM feed_state s WHERE s.one) AS state_index
FROM (SELECT j.seq, j.first_index, j.n, lag(j.seq, 1, 0::bigint) OVER (ORDER BY j.seq) AS seq_before,
             1 + coalesce(sum(j.n) OVER (ORDER BY j.seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS index_before
      FROM journal j
      WHERE j.seq IS NOT NULL) f
