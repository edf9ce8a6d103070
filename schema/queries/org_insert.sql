-- name: org_insert         rows: count
-- set:  query, admin
-- in:   $1 code text, $2 name text, $3 kind text, $4 now timestamptz
-- out:  none
INSERT INTO organisation (code, name, kind, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING
