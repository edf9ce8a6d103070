-- name: erase_plates       rows: many
-- set:  query, admin, duties
-- in:   $1 bag_id uuid[]      index: alias_of_bag
-- out:  value text
SELECT DISTINCT a.value FROM alias a WHERE a.bag_id = ANY ($1::uuid[]) AND a.kind IN ('plate', 'rush', 'short') ORDER BY a.value;
