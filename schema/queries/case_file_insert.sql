-- name: case_file_insert   rows: count
-- set:  writer
-- in:   $1 bucket smallint, $2 case_id uuid, $3 version integer, $4 ref text, $5 state text, $6 owner text, $7 station text,
--       $8 opened_at timestamptz, $9 recorded_at timestamptz, $10 fold bytea, $11 sealed_key uuid, $12 sealed_nonce bytea, $13 sealed bytea,
--       $14 reason_nonce bytea, $15 reason bytea
-- out:  none
INSERT INTO case_file (bucket, case_id, version, ref, state, owner, station, opened_at, recorded_at, closed_at, fold, sealed_key,
                       sealed_nonce, sealed, reason_nonce, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10, $11, $12, $13, $14, $15);
