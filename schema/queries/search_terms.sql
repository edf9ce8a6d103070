-- name: search_terms       rows: many
-- set:  query
-- in:   $1 carriers text[], $2 question text, $3 budget integer, $4 most integer      index: case_search_terms
-- out:  case_id uuid, opened_at timestamptz, names text, description text, town text, reached bigint
-- Cases that have the terms, newest first, of the first `budget` that the index names; `reached` says how many those were.
-- MATERIALIZED: the limit shall not talk the planner into reading the table from its start.
WITH found AS MATERIALIZED (
    SELECT s.case_id, s.opened_at, s.names, s.description, s.town FROM case_search s
    WHERE s.carriers && $1 AND s.terms @@ (SELECT $2::text::tsquery)
), enough AS MATERIALIZED (
    SELECT f.case_id, f.opened_at, f.names, f.description, f.town FROM found f LIMIT $3
)
SELECT o.case_id, o.opened_at, o.names, o.description, o.town, (SELECT count(*) FROM enough) AS reached
FROM enough o ORDER BY o.opened_at DESC, o.case_id LIMIT $4;
