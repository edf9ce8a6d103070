-- name: storm_debtors      rows: many
-- set:  query, duties
-- in:   $1 station text, $2 most integer      index: promise_station
-- out:  debtor text
-- Who owes something at a station, the busiest first.
SELECT p.debtor FROM promise p
WHERE p.station = $1 AND p.closed_at IS NULL AND p.kind = 'place'
GROUP BY p.debtor ORDER BY count(*) DESC, p.debtor LIMIT $2
