-- name: ambiguous_list     rows: many
-- set:  query
-- in:   $1 since timestamptz, $2 most integer      index: event_ambiguous
-- out:  bag_id uuid, uid uuid, ident text
-- Statements that fit several bags and stand on records of their own; a record that was joined is settled.
SELECT e.bag_id, e.uid, e.ident
FROM event e
JOIN bag b ON b.bucket = e.bucket AND b.bag_id = e.bag_id
WHERE e.outcome = 'ambiguous' AND e.recorded_at >= $1 AND b.joined_into IS NULL
ORDER BY e.recorded_at DESC, e.uid
LIMIT $2;
