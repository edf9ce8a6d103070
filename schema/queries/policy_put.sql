-- name: policy_put         rows: count
-- set:  writer
-- in:   $1 policy_id uuid, $2 owed text, $3 carrier text, $4 station text, $5 lane text, $6 priority text, $7 minutes integer,
--       $8 steps integer[], $9 valid_from timestamptz, $10 told_at timestamptz, $11 by text
-- out:  none
-- Empty = any carrier, station, lane or class.
INSERT INTO policy (policy_id, owed, carrier, station, lane, priority, minutes, steps, valid_from, told_at, set_by)
VALUES ($1, $2, nullif($3, ''), nullif($4, ''), nullif($5, ''), nullif($6, ''), $7, $8, $9, $10, $11);
