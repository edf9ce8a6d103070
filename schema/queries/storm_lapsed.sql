-- name: storm_lapsed       rows: many
-- set:  duties
-- in:   $1 since timestamptz, $2 now timestamptz, $3 owed text[], $4 least integer      index: promise_due
-- out:  station text, bags bigint, lapsed bigint, kept bigint
-- Stations at which so many bags lapsed in that time; what fell due then and was kept is counted beside it.
SELECT p.station, count(DISTINCT p.bag_id) FILTER (WHERE p.closed_at IS NULL OR p.closed_at > p.due_at) AS bags,
       count(*) FILTER (WHERE p.closed_at IS NULL OR p.closed_at > p.due_at) AS lapsed,
       count(*) FILTER (WHERE p.closed_at <= p.due_at) AS kept
FROM promise p
WHERE p.due_at > $1 AND p.due_at <= $2 AND p.kind = 'place' AND p.station IS NOT NULL AND p.owed = ANY ($3)
GROUP BY p.station
HAVING count(DISTINCT p.bag_id) FILTER (WHERE p.closed_at IS NULL OR p.closed_at > p.due_at) >= $4
ORDER BY p.station
