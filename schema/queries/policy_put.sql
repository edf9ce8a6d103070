-- name: policy_put         rows: count
-- set:  duties, admin
-- in:   $1 policy_id uuid, $2 owed text, $3 carrier text, $4 minutes integer, $5 steps integer[], $6 from timestamptz, $7 by text
-- out:  none
INSERT INTO policy (policy_id, owed, carrier, station, lane, minutes, steps, valid_from, valid_until, set_by)
VALUES ($1, $2, $3, NULL, NULL, $4, $5, $6, NULL, $7);
