-- name: proposal_refuse     rows: count
-- set:  query
-- in:   $1 id uuid, $2 carriers text[], $3 every boolean, $4 now timestamptz, $5 by text      index: proposal_pkey
-- out:  none
-- By the owner of the case, or by whoever said RUSH; once.
UPDATE proposal SET refused_at = coalesce(refused_at, $4), refused_by = coalesce(refused_by, $5)
WHERE id = $1 AND ($3 OR owner = ANY ($2) OR carrier = ANY ($2));
