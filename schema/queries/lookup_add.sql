-- name: lookup_add         rows: count
-- set:  query
-- in:   $1 id uuid, $2 now timestamptz, $3 reader uuid, $4 name text, $5 organisation text, $6 kind text, $7 value text, $8 why text
-- out:  none
INSERT INTO lookup_log (id, at, reader, name, organisation, kind, value, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
