-- name: standing_end       rows: many
-- set:  duties
-- in:   $1 seen text[]
-- out:  session text, ended boolean
SELECT s.session, s.ended FROM bw_end_standing($1) AS s
