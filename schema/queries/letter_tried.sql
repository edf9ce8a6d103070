-- name: letter_tried        rows: count
-- set:  query
-- in:   $1 raw_id uuid, $2 used integer[], $3 now timestamptz, $4 by text, $5 id uuid, $6 repair uuid
-- out:  none
-- All letters of a telegram: those whose message could be used now are replayed, the others were tried; $6: the text that $4
-- made of the letter $5, null where it was read as it was sent.
UPDATE dead_letter SET state = CASE WHEN ordinal = ANY ($2::integer[]) THEN 'replayed' ELSE state END, tried_at = $3, tried_by = $4,
       repaired_at = CASE WHEN id = $5 AND $6::uuid IS NOT NULL THEN $3 ELSE repaired_at END,
       repaired_by = CASE WHEN id = $5 AND $6::uuid IS NOT NULL THEN $4 ELSE repaired_by END,
       repair_id = CASE WHEN id = $5 AND $6::uuid IS NOT NULL THEN $6::uuid ELSE repair_id END
WHERE raw_id = $1 AND state = 'waiting';
