-- name: retire             rows: one
-- set:  query, duties
-- in:   $1 class text, $2 before timestamptz, $3 most integer, $4 now timestamptz
-- out:  gone bigint
SELECT bw_retire($1, $2, $3, $4) AS gone;
