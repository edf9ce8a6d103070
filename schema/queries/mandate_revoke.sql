-- name: mandate_revoke     rows: count
-- set:  writer
-- in:   $1 mandate_id uuid, $2 now timestamptz      index: mandate_pkey
-- out:  none
UPDATE mandate SET revoked_at = $2, version = 2 WHERE mandate_id = $1 AND version = 1
