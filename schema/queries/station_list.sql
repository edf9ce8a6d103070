-- name: station_list       rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  code text, name text, country text, zone text, latitude double precision, longitude double precision
SELECT s.code, s.name, s.country, s.zone, s.latitude, s.longitude FROM station s ORDER BY s.code COLLATE "C"
