-- name: lookup_list        rows: many
-- set:  query
-- in:   $1 organisation text, $2 most integer      index: lookup_log_organisation
-- out:  at timestamptz, name text, organisation text, kind text, value text, why text
SELECT l.at, l.name, l.organisation, l.kind, l.value, l.why
FROM lookup_log l WHERE $1 = '' OR l.organisation = $1
ORDER BY l.at DESC, l.id DESC LIMIT $2;
