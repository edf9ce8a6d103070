-- name: answers_of   rows: many
-- set:  admin
-- in:   $1 bag_id uuid
-- out:  answer text
SELECT e.answer FROM event e WHERE e.bag_id = $1 ORDER BY e.version
