-- name: case_proposal_list rows: many
-- set:  query
-- in:   $1 carriers text[], $2 every boolean, $3 id uuid, $4 after_at timestamptz, $5 after_id uuid, $6 most integer
--       index: case_proposal_owner
-- out:  id uuid, made_at timestamptz, why text, bag_id uuid, plate text, owner text, station text, flight text, flight_date date,
--       lands_at timestamptz, decided_at timestamptz, decided_by text, reason text, ref text, state text
-- Newest first, those behind $4 and $5, or the one of that id.  Moot: the bag is with its owner, was joined with another record, or has a file by another way.
SELECT p.id, p.made_at, p.why, p.bag_id, p.plate, p.owner, p.station, p.flight, p.flight_date, p.lands_at, p.decided_at, p.decided_by,
       p.reason, p.ref,
       CASE WHEN p.ref IS NOT NULL THEN 'accepted'
            WHEN p.decided_at IS NOT NULL THEN 'dismissed'
            WHEN b.joined_into IS NOT NULL OR b.case_id IS NOT NULL OR b.place = 'DELIVERED' THEN 'moot'
            ELSE 'waiting' END AS state
FROM case_proposal p
JOIN bag b ON b.bucket = p.bag_bucket AND b.bag_id = p.bag_id
WHERE ($2 OR p.owner = ANY ($1)) AND ($3::uuid IS NULL OR p.id = $3)
  AND ($4::timestamptz IS NULL OR (p.made_at, p.id) < ($4, $5::uuid))
ORDER BY p.made_at DESC, p.id DESC
LIMIT $6;
