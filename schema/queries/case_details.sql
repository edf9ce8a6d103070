-- name: case_details       rows: maybe one
-- set:  query, admin
-- in:   $1 bucket smallint, $2 case_id uuid      index: case_file_pkey, data_key_pkey
-- out:  version integer, fold bytea, nonce bytea, sealed bytea, reason_nonce bytea, reason bytea, key_nonce bytea, wrapped bytea
SELECT c.version, c.fold, c.sealed_nonce AS nonce, c.sealed, c.reason_nonce, c.reason, k.nonce AS key_nonce, k.wrapped
FROM case_file c
LEFT JOIN data_key k ON k.bucket = c.bucket AND k.key_id = c.sealed_key
WHERE c.bucket = $1 AND c.case_id = $2
