-- name: sim_cut           rows: one
-- set:  boot
-- in:   none
-- out:  n bigint
SELECT count(pg_terminate_backend(a.pid)) AS n FROM pg_stat_activity a WHERE a.application_name LIKE 'writer%'
