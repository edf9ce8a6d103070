-- name: proposal_list       rows: many
-- set:  query
-- in:   $1 carriers text[], $2 every boolean      index: proposal_made
-- out:  id uuid, made_at timestamptz, sender text, carrier text, bag_id uuid, plate text, flight text, flight_date date,
--       from_station text, to_station text, ref text, owner text, case_bag_id uuid, case_plate text, why text, state text,
--       refused_at timestamptz, refused_by text
-- Newest first.  A proposal is confirmed where the two records are one by now, and moot where the bag found a case of its own.
SELECT p.id, p.made_at, p.sender, p.carrier, p.bag_id, p.plate, p.flight, p.flight_date, p.from_station, p.to_station, p.ref, p.owner,
       p.case_bag_id, p.case_plate, p.why,
       CASE WHEN p.refused_at IS NOT NULL THEN 'refused'
            WHEN b.joined_into = p.case_bag_id OR o.joined_into = p.bag_id THEN 'confirmed'
            WHEN b.joined_into IS NOT NULL OR b.case_id IS NOT NULL OR o.place = 'DELIVERED' THEN 'moot'
            ELSE 'waiting' END AS state,
       p.refused_at, p.refused_by
FROM proposal p
JOIN bag b ON b.bucket = p.bag_bucket AND b.bag_id = p.bag_id
JOIN bag o ON o.bucket = p.case_bag_bucket AND o.bag_id = p.case_bag_id
WHERE $2 OR p.owner = ANY ($1) OR p.carrier = ANY ($1)
ORDER BY p.made_at DESC, p.id
LIMIT 500;
