-- name: letter_tried        rows: count
-- set:  query
-- in:   $1 raw_id uuid, $2 used integer[], $3 now timestamptz, $4 by text
-- out:  none
-- All letters of a telegram: those whose message could be used now are replayed, the others were tried.
UPDATE dead_letter SET state = CASE WHEN ordinal = ANY ($2::integer[]) THEN 'replayed' ELSE state END, tried_at = $3, tried_by = $4
WHERE raw_id = $1 AND state = 'waiting';
