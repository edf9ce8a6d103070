-- name: search_newest      rows: many
-- set:  query
-- in:   $1 carriers text[], $2 near text, $3 name text, $4 whole text, $5 begun text, $6 look integer, $7 most integer
--       index: case_search_opened
-- out:  case_id uuid, opened_at timestamptz, close integer, names text, description text, town text
-- Among the newest cases, those that come near to the words, closest first: what is common stands here already, so that no list of
-- all its cases is needed.  The questions are scalar subqueries: read once, and no plan depends on what they say.
SELECT f.case_id, f.opened_at, f.close, f.names, f.description, f.town
FROM (SELECT s.case_id, s.opened_at, s.names, s.description, s.town,
             CASE WHEN s.terms @@ (SELECT $3::text::tsquery) THEN 0 WHEN s.terms @@ (SELECT $4::text::tsquery) THEN 1
                  WHEN s.terms @@ (SELECT $5::text::tsquery) THEN 2 ELSE 3 END AS close
      FROM (SELECT n.case_id, n.opened_at, n.carriers, n.names, n.description, n.town, n.terms
            FROM case_search n ORDER BY n.opened_at DESC LIMIT $6) AS s
      WHERE s.carriers && $1 AND s.terms @@ (SELECT $2::text::tsquery)) AS f
ORDER BY f.close, f.opened_at DESC, f.case_id LIMIT $7;
