-- name: own_events         rows: many
-- set:  admin
-- in:   $1 code text
-- out:  event_id text, subject text, occurred_at timestamptz, recorded_at timestamptz, station text, from_carrier text, to_carrier text
SELECT e.event_id, e.subject, e.occurred_at, e.recorded_at, e.station, e.from_carrier, e.to_carrier
FROM event e
WHERE e.code = $1 AND e.sender = 'bagwatch'
ORDER BY e.occurred_at, e.event_id, e.subject
