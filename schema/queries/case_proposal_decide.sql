-- name: case_proposal_decide  rows: count
-- set:  query
-- in:   $1 id uuid, $2 now timestamptz, $3 by text, $4 reason text, $5 ref text      index: case_proposal_pkey
-- out:  none
-- Decided once: accepted with the file that was opened, or dismissed with a reason.
UPDATE case_proposal p SET decided_at = $2, decided_by = $3, reason = $4, ref = $5 WHERE p.id = $1 AND p.decided_at IS NULL;
