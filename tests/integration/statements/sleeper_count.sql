-- name: sleeper_count   rows: one
-- set:  query
-- in:   $1 name text
-- out:  n bigint
SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep'
