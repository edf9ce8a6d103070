-- name: erase_file         rows: maybe one
-- set:  query, admin, duties
-- in:   $1 bucket smallint, $2 ref text      index: case_ref_pkey, case_file_pkey
-- out:  case_id uuid, owner text, erased_at timestamptz, nonce bytea, sealed bytea, reason_nonce bytea, reason bytea, key_nonce bytea,
--       wrapped bytea
SELECT c.case_id, c.owner, c.erased_at, c.sealed_nonce AS nonce, c.sealed, c.reason_nonce, c.reason, k.nonce AS key_nonce, k.wrapped
FROM case_ref r
JOIN case_file c ON c.bucket = r.case_bucket AND c.case_id = r.case_id
LEFT JOIN data_key k ON k.bucket = c.bucket AND k.key_id = c.sealed_key
WHERE r.bucket = $1 AND r.ref = $2;
