-- name: storm_owed         rows: one
-- set:  duties
-- in:   $1 station text, $2 owed text[], $3 since timestamptz      index: promise_station
-- out:  owed bigint
-- What is owed at a station now; what lapsed before then and is owed still is another matter.
SELECT count(*) AS owed FROM promise p
WHERE p.station = $1 AND p.due_at > $3 AND p.closed_at IS NULL AND p.kind = 'place' AND p.owed = ANY ($2)
