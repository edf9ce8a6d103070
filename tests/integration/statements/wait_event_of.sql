-- name: wait_event_of   rows: maybe one
-- set:  query, writer
-- in:   $1 pid integer
-- out:  wait_event text
SELECT coalesce(wait_event, '') AS wait_event FROM pg_stat_activity WHERE pid = $1
