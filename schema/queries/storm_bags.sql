-- name: storm_bags         rows: many
-- set:  query
-- in:   $1 station text, $2 carriers text[], $3 owed text[], $4 every boolean, $5 own text[], $6 now timestamptz, $7 most integer
--       index: promise_station
-- out:  bag_id uuid, plate text, ref text, debtor text, owed text, due_at timestamptz, level smallint, bags bigint, late bigint
-- The bags of a storm, as far as the reader's carriers owe or are owed; how many there are, and how many are late, stands in each row.  Of a
-- bag in dispute two owe: it has two rows, and is one bag.
WITH owed AS (
    SELECT p.bucket, p.bag_id, p.promise_id, p.debtor, p.owed, p.due_at, p.level
    FROM promise p
    WHERE p.station = $1 AND p.closed_at IS NULL AND p.kind = 'place' AND p.owed = ANY ($3)
      AND ($2::text[] = '{}' OR p.debtor = ANY ($2)) AND ($4 OR p.debtor = ANY ($5) OR p.creditor = ANY ($5))),
counted AS (
    SELECT count(DISTINCT o.bag_id) AS bags, count(DISTINCT o.bag_id) FILTER (WHERE o.due_at <= $6) AS late FROM owed o)
SELECT s.bag_id, b.plate, f.ref, s.debtor, s.owed, s.due_at, s.level, n.bags, n.late
FROM (SELECT o.bucket, o.bag_id, o.promise_id, o.debtor, o.owed, o.due_at, o.level FROM owed o ORDER BY o.due_at, o.promise_id LIMIT $7) s
CROSS JOIN counted n
LEFT JOIN bag b ON b.bucket = s.bucket AND b.bag_id = s.bag_id
LEFT JOIN case_file f ON f.bucket = get_byte(uuid_send(b.case_id), 15) AND f.case_id = b.case_id
ORDER BY s.due_at, s.promise_id
