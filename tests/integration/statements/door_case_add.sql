-- name: door_case_add   rows: count
-- set:  admin
-- in:   $1 bucket smallint, $2 case_id uuid, $3 ref text, $4 now timestamptz
-- out:  none
INSERT INTO case_file (bucket, case_id, version, ref, state, owner, station, opened_at, recorded_at, fold, sealed_key, sealed_nonce,
    sealed)
VALUES ($1, $2, 1, $3, 'OPEN', 'SK', 'MAD', $4, $4, '', $2, '', '')
