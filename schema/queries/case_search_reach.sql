-- name: case_search_reach rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 case_id uuid[], $3 carriers text[], $4 flights text[]      index: case_search_pkey
-- out:  none
-- Carriers and flights of one case in one text, blanks between.  What was there stays: who had a bag once still answers for it.
UPDATE case_search s
SET carriers = s.carriers || ARRAY(SELECT c FROM unnest(string_to_array(w.carriers, ' ')) AS c WHERE c <> ALL (s.carriers)),
    terms = s.terms || array_to_tsvector(string_to_array(w.flights, ' '))
FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[]) AS w (bucket, case_id, carriers, flights)
WHERE ($1::smallint[] IS NULL OR s.bucket = ANY ($1)) AND s.bucket = w.bucket AND s.case_id = w.case_id
  AND NOT (s.carriers @> string_to_array(w.carriers, ' ') AND tsvector_to_array(s.terms) @> string_to_array(w.flights, ' '));
