-- name: outage_done        rows: count
-- set:  duties
-- in:   $1 outage_id uuid, $2 now timestamptz      index: outage_pkey
-- out:  none
UPDATE outage o SET moved_at = $2 WHERE o.outage_id = $1 AND o.moved_at IS NULL
