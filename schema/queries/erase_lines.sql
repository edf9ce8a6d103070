-- name: erase_lines        rows: many
-- set:  query, admin, duties
-- in:   $1 raw_id uuid, $2 bag_id uuid[]      index: event_raw
-- out:  ours boolean, raw_first integer, raw_last integer
SELECT e.bag_id = ANY ($2::uuid[]) AS ours, e.raw_first, e.raw_last
FROM event e
WHERE e.raw_id = $1
ORDER BY e.raw_first, e.bag_id;
