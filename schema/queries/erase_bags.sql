-- name: erase_bags         rows: many
-- set:  query, admin, duties
-- in:   $1 bucket smallint, $2 case_id uuid      index: case_bag_pkey, case_bag_bag, bag_pkey
-- out:  bag_id uuid, version integer, until timestamptz
-- until: another file that still stands has the bag from then on.
WITH own AS (
    SELECT b.bucket, b.bag_id, b.version, b.members, b.joined_into FROM case_bag c
    JOIN bag b ON b.bucket = c.bag_bucket AND b.bag_id = c.bag_id
    WHERE c.bucket = $1 AND c.case_id = $2
), joined AS (
    SELECT unnest(o.members) AS bag_id FROM own o
    UNION
    SELECT o.joined_into FROM own o WHERE o.joined_into IS NOT NULL
)
SELECT w.bag_id, w.version,
       (SELECT min(f.opened_at) FROM case_bag o JOIN case_file f ON f.bucket = o.bucket AND f.case_id = o.case_id
        WHERE o.bag_id = w.bag_id AND o.case_id <> $2 AND f.erased_at IS NULL) AS until
FROM (SELECT o.bag_id, o.version FROM own o
      UNION
      SELECT b.bag_id, b.version FROM joined j JOIN bag b ON b.bucket = get_byte(uuid_send(j.bag_id), 15) AND b.bag_id = j.bag_id) AS w
ORDER BY w.bag_id;
