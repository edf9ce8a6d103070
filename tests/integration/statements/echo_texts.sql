-- name: echo_texts   rows: one
-- set:  query
-- in:   $1 a smallint, $2 b text, $3 h timestamptz, $4 i date, $5 k double precision
-- out:  a text, b text, h text, i text, k text
SELECT $1::text AS a, $2 AS b, $3::text AS h, $4::text AS i, $5::text AS k
