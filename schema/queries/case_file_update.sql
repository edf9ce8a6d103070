-- name: case_file_update   rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 case_id uuid[], $3 read integer[], $4 version integer[], $5 state text[], $6 owner text[],
--       $7 recorded_at timestamptz[], $8 closed_at timestamptz[], $9 fold bytea[], $10 timeout_at timestamptz[]      index: case_file_pkey
-- out:  none
UPDATE case_file c
SET version = w.version, state = w.state, owner = w.owner, recorded_at = w.recorded_at, closed_at = w.closed_at, fold = w.fold,
    reason_nonce = CASE WHEN w.closed_at IS NULL THEN c.reason_nonce END, reason = CASE WHEN w.closed_at IS NULL THEN c.reason END,
    timeout_at = w.timeout_at
FROM unnest($1::smallint[], $2::uuid[], $3::integer[], $4::integer[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
            $9::bytea[], $10::timestamptz[])
     AS w (bucket, case_id, read, version, state, owner, recorded_at, closed_at, fold, timeout_at)
WHERE ($1::smallint[] IS NULL OR c.bucket = ANY ($1)) AND c.bucket = w.bucket AND c.case_id = w.case_id AND c.version = w.read;
