-- name: org_read           rows: maybe one
-- set:  query, admin
-- in:   $1 code text      index: organisation_pkey
-- out:  name text, kind text
SELECT name, kind FROM organisation WHERE code = $1
