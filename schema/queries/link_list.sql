-- name: link_list          rows: many
-- set:  query, admin
-- in:   $1 case_id uuid      index: case_link_case
-- out:  token_hash bytea, kind text, made_at timestamptz, ends_at timestamptz, revoked_at timestamptz
SELECT token_hash, kind, made_at, ends_at, revoked_at FROM case_link WHERE case_id = $1 ORDER BY made_at, token_hash
