-- name: around_cases       rows: many
-- set:  duties
-- in:   $1 cases uuid[], $2 carriers text[], $3 stations text[]      index: bag_case, promise_open
-- out:  case_id uuid
-- Those of the files whose pages a change at these stations concerns: a carrier of the change (empty: any) owes a word of a bag there, or has it.
SELECT DISTINCT b.case_id
FROM bag b
LEFT JOIN promise p ON p.bucket = b.bucket AND p.bag_id = b.bag_id AND p.closed_at IS NULL
CROSS JOIN unnest($2::text[], $3::text[]) AS c (carrier, station)
WHERE b.case_id = ANY ($1)
  AND ((coalesce(p.station, b.station, c.station) = c.station AND (p.debtor = c.carrier OR c.carrier = ''))
       OR (coalesce(b.station, c.station) = c.station AND b.custodian = c.carrier))
