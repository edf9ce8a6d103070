-- name: due_found          rows: many
-- set:  query, duties
-- in:   $1 since timestamptz, $2 most integer      index: bag_given_up
-- out:  bag_id uuid, case_id uuid
-- Bags that were seen again after their file was closed without them (CASE-02).
SELECT b.bag_id, b.case_id
FROM bag b
JOIN case_file c ON c.case_id = b.case_id
WHERE b.given_up_at > $1 AND b.last_seen_at > c.closed_at
ORDER BY b.given_up_at, b.bag_id
LIMIT $2
