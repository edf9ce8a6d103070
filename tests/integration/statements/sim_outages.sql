-- name: sim_outages       rows: many
-- set:  admin
-- in:   none
-- out:  began_at timestamptz, ended_at timestamptz, moved_at timestamptz
SELECT o.began_at, o.ended_at, o.moved_at FROM outage o ORDER BY o.began_at
