-- name: read_add           rows: count
-- set:  query
-- in:   $1 id uuid, $2 bucket smallint, $3 case_id uuid, $4 now timestamptz, $5 reader uuid, $6 name text, $7 organisation text,
--       $8 role text, $9 shown text[], $10 why text, $11 holds_until timestamptz
-- out:  none
INSERT INTO read_log (bucket, case_id, id, at, reader, name, organisation, role, shown, why, holds_until)
VALUES ($2, $3, $1, $4, $5, $6, $7, $8, $9, $10, $11);
