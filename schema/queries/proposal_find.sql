-- name: proposal_find       rows: many
-- set:  query
-- in:   $1 pnr bytea, $2 surname text, $3 to_station text, $4 from_station text, $5 bag_id uuid
--       index: case_file_open, case_search_pnr
-- out:  case_id uuid, ref text, owner text, bag_bucket smallint, bag_id uuid, plate text, why text
-- Open cases that a rushed bag may belong to: the same booking; the same surname and the station where the traveller waits; or a bag
-- that stands where the rush begins and is wanted where it ends.  An empty surname or PNR fits nobody.
SELECT c.case_id, c.ref, c.owner, b.bucket AS bag_bucket, b.bag_id, b.plate,
       CASE WHEN s.pnr = $1 THEN 'pnr' WHEN $2 <> '' AND (s.names = $2 OR starts_with(s.names, $2 || ' ')) THEN 'name' ELSE 'route' END AS why
FROM case_file c
JOIN case_bag cb ON cb.bucket = c.bucket AND cb.case_id = c.case_id
JOIN bag b ON b.bucket = cb.bag_bucket AND b.bag_id = cb.bag_id
LEFT JOIN case_search s ON s.bucket = c.bucket AND s.case_id = c.case_id
WHERE c.state = 'OPEN' AND b.place <> 'DELIVERED' AND b.bag_id <> $5 AND b.joined_into IS NULL
  AND (s.pnr = $1
       OR (c.station = $3 AND (($2 <> '' AND (s.names = $2 OR starts_with(s.names, $2 || ' ')))
                               OR b.station = $4 OR b.station IS NULL)))
ORDER BY CASE WHEN s.pnr = $1 THEN 0 WHEN $2 <> '' AND (s.names = $2 OR starts_with(s.names, $2 || ' ')) THEN 1 ELSE 2 END, c.opened_at, c.ref
LIMIT 5;
