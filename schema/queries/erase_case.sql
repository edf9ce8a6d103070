-- name: erase_case         rows: one
-- set:  writer
-- in:   $1 now timestamptz, $2 bucket smallint, $3 case_id uuid, $4 ref text, $5 bags uuid[], $6 until timestamptz[], $7 raw uuid[],
--       $8 key_nonce bytea[], $9 wrapped bytea[], $10 nonce bytea[], $11 body bytea[], $12 destroyed uuid[]
-- out:  files bigint
SELECT bw_erase_case($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS files;
