-- name: session_purge      rows: count
-- set:  query, duties
-- in:   $1 before timestamptz
-- out:  none
DELETE FROM session WHERE ends_at < $1
