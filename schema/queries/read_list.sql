-- name: read_list          rows: many
-- set:  query, admin
-- in:   $1 bucket smallint, $2 case_id uuid, $3 most integer      index: read_log_pkey
-- out:  at timestamptz, name text, organisation text, role text, shown text[], why text, holds_until timestamptz
-- Ids are drawn in the order of time.
SELECT r.at, r.name, r.organisation, r.role, r.shown, r.why, r.holds_until
FROM read_log r WHERE r.bucket = $1 AND r.case_id = $2
ORDER BY r.id DESC LIMIT $3;
