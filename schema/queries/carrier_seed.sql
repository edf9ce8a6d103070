-- name: carrier_seed       rows: count
-- set:  owner
-- in:   $1 code text[], $2 issuer text[], $3 name text[]
-- out:  none
-- What somebody has changed since stays as it is.
INSERT INTO carrier (code, issuer, name)
SELECT s.code, nullif(s.issuer, ''), s.name FROM unnest($1, $2, $3) AS s (code, issuer, name)
ON CONFLICT (code) DO NOTHING
