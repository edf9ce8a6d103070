-- name: read_add_all       rows: count
-- set:  query
-- in:   $1 id uuid[], $2 bucket smallint[], $3 case_id uuid[], $4 now timestamptz, $5 reader uuid, $6 name text, $7 organisation text,
--       $8 role text, $9 shown text[], $10 why text
-- out:  none
-- What was shown of one file in one text, blanks between.
INSERT INTO read_log (bucket, case_id, id, at, reader, name, organisation, role, shown, why)
SELECT w.bucket, w.case_id, w.id, $4, $5, $6, $7, $8, string_to_array(w.shown, ' '), $10
FROM unnest($1::uuid[], $2::smallint[], $3::uuid[], $9::text[]) AS w (id, bucket, case_id, shown);
