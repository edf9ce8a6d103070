-- name: storm_bags         rows: many
-- set:  query
-- in:   $1 station text, $2 carriers text[], $3 owed text[], $4 every boolean, $5 own text[], $6 now timestamptz, $7 most integer
--       index: promise_station
-- out:  bag_id uuid, plate text, ref text, debtor text, owed text, due_at timestamptz, level smallint, bags bigint, late bigint
-- The bags of a storm, as far as the reader's carriers owe or are owed; how many there are, and how many are late, stands in each row.
SELECT s.bag_id, b.plate, f.ref, s.debtor, s.owed, s.due_at, s.level, s.bags, s.late
FROM (SELECT p.bucket, p.bag_id, p.promise_id, p.debtor, p.owed, p.due_at, p.level, count(*) OVER () AS bags,
             count(*) FILTER (WHERE p.due_at <= $6) OVER () AS late
      FROM promise p
      WHERE p.station = $1 AND p.closed_at IS NULL AND p.kind = 'place' AND p.owed = ANY ($3)
        AND ($2::text[] = '{}' OR p.debtor = ANY ($2)) AND ($4 OR p.debtor = ANY ($5) OR p.creditor = ANY ($5))
      ORDER BY p.due_at, p.promise_id
      LIMIT $7) AS s
LEFT JOIN bag b ON b.bucket = s.bucket AND b.bag_id = s.bag_id
LEFT JOIN case_file f ON f.case_id = b.case_id
ORDER BY s.due_at, s.promise_id
