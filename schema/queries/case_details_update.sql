-- name: case_details_update rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 case_id uuid[], $3 version integer[], $4 nonce bytea[], $5 sealed bytea[], $6 reason_nonce bytea[],
--       $7 reason bytea[]      index: case_file_pkey
-- out:  none
UPDATE case_file c
SET sealed_nonce = w.nonce, sealed = w.sealed, reason_nonce = CASE WHEN c.closed_at IS NULL THEN w.reason_nonce END,
    reason = CASE WHEN c.closed_at IS NULL THEN w.reason END
FROM unnest($1::smallint[], $2::uuid[], $3::integer[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
     AS w (bucket, case_id, version, nonce, sealed, reason_nonce, reason)
WHERE ($1::smallint[] IS NULL OR c.bucket = ANY ($1)) AND c.bucket = w.bucket AND c.case_id = w.case_id AND c.version = w.version;
