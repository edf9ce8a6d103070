-- name: bag_lock           rows: many
-- set:  writer
-- in:   $1 number bigint[]
-- out:  locked text
SELECT pg_advisory_xact_lock(n)::text AS locked FROM (SELECT unnest($1::bigint[]) AS n ORDER BY 1) AS w;
