-- name: chase_last         rows: maybe one
-- set:  duties
-- in:   $1 kind text, $2 receiver text, $3 debtor text, $4 station text, $5 level smallint      index: chaser_group
-- out:  chaser_id uuid, not_before timestamptz, promises uuid[], subjects uuid[], readers text[], state text
-- The newest message to that receiver about that; a customer's newest about whatever.
SELECT c.chaser_id, c.not_before, c.promises, c.subjects, c.readers, c.state
FROM chaser c
WHERE c.kind = $1 AND c.receiver = $2 AND ($1 = 'customer' OR (c.debtor = $3 AND c.station = $4 AND c.level = $5))
ORDER BY c.not_before DESC
LIMIT 1
FOR UPDATE
