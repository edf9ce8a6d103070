-- name: chase_lines        rows: many
-- set:  duties
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 promise_id uuid[]      index: promise_pkey
-- out:  promise_id uuid, owed text, for_carrier text, due_at timestamptz, plate text, ref text
-- What a message names, the oldest first.
SELECT p.promise_id, p.owed, p.for_carrier, p.due_at, b.plate, coalesce(c.ref, f.ref) AS ref
FROM unnest($1::smallint[], $2::uuid[], $3::uuid[]) AS w (bucket, bag_id, promise_id)
JOIN promise p ON p.bucket = w.bucket AND p.bag_id = w.bag_id AND p.promise_id = w.promise_id
LEFT JOIN bag b ON b.bucket = p.bucket AND b.bag_id = p.bag_id
LEFT JOIN case_file c ON c.bucket = p.bucket AND c.case_id = p.bag_id
LEFT JOIN case_file f ON f.bucket = get_byte(uuid_send(b.case_id), 15) AND f.case_id = b.case_id
ORDER BY p.due_at, p.promise_id
