-- name: seed_file          rows: count
-- set:  admin
-- in:   $1 bucket smallint[], $2 case_id uuid[], $3 ref text[], $4 owner text[], $5 station text[], $6 opened_at timestamptz[], $7 fold bytea[]
-- out:  none
INSERT INTO case_file (bucket, case_id, version, ref, state, owner, station, opened_at, recorded_at, fold, sealed_key, sealed_nonce, sealed)
SELECT w.bucket, w.case_id, 1, w.ref, 'OPEN', w.owner, w.station, w.opened_at, w.opened_at, w.fold, w.case_id, '', ''
FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bytea[])
     AS w (bucket, case_id, ref, owner, station, opened_at, fold);
