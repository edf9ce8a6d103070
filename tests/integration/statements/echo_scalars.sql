-- name: echo_scalars   rows: one
-- set:  query
-- in:   $1 a smallint, $2 b integer, $3 c bigint, $4 d boolean, $5 e text, $6 f bytea,
--       $7 g uuid, $8 h timestamptz, $9 i date, $10 j jsonb, $11 k double precision
-- out:  a smallint, b integer, c bigint, d boolean, e text, f bytea, g uuid, h timestamptz, i date, j jsonb,
--       k double precision
SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e, $6 AS f, $7 AS g, $8 AS h, $9 AS i, $10 AS j, $11 AS k
