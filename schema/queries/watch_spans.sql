-- name: watch_spans        rows: many
-- set:  query
-- in:   $1 to timestamptz      index: event_watch
-- out:  bag_id uuid, code text, recorded_at timestamptz
SELECT e.bag_id, e.code, e.recorded_at
FROM event e
WHERE e.subject = 'bag' AND e.code IN ('WATCH_STARTED', 'WATCH_ENDED') AND e.recorded_at < $1
ORDER BY e.bag_id, e.version;
