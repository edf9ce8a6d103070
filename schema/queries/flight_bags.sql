-- name: flight_bags        rows: many
-- set:  duties
-- in:   $1 numbers text[], $2 day date      index: bag_flight_of, bag_pkey
-- out:  bag_id uuid, version integer, fold bytea
-- Bags that were to be on a flight under any of its numbers.
SELECT b.bag_id, b.version, b.fold
FROM (SELECT DISTINCT f.bucket, f.bag_id FROM bag_flight f WHERE f.flight = ANY ($1::text[]) AND f.flight_date = $2) AS w
JOIN bag b ON b.bucket = w.bucket AND b.bag_id = w.bag_id
WHERE b.joined_into IS NULL AND b.place <> 'DELIVERED'
ORDER BY b.bag_id;
