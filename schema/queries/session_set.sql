-- name: session_set          rows: many
-- set:  all
-- in:   $1 names text[], $2 settings text[]
-- out:  set_config text
SELECT set_config(s.name, s.setting, false) FROM unnest($1, $2) WITH ORDINALITY AS s (name, setting, n) ORDER BY s.n
