-- name: station_seed       rows: count
-- set:  owner
-- in:   $1 code text[], $2 name text[], $3 country text[], $4 zone text[], $5 latitude text[], $6 longitude text[]
-- out:  none
-- What somebody has changed since stays as it is.
INSERT INTO station (code, name, country, zone, latitude, longitude)
SELECT s.code, s.name, s.country, s.zone, s.latitude::double precision, s.longitude::double precision
FROM unnest($1, $2, $3, $4, $5, $6) AS s (code, name, country, zone, latitude, longitude)
ON CONFLICT (code) DO NOTHING
