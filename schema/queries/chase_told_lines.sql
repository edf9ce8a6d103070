-- name: chase_told_lines   rows: many
-- set:  query
-- in:   $1 chaser_id uuid[], $2 carriers text[], $3 everyone boolean, $4 ref text, $5 most integer      index: chaser_pkey
-- out:  chaser_id uuid, promise_id uuid, bag_id uuid, subject text, owed text, for_carrier text, due_at timestamptz, closed_at timestamptz, plate text,
--       ref text, visible bigint
-- What each of the messages names, the oldest first, at most so many of each: of what one of the carriers owes or is owed, and of one file.
SELECT w.chaser_id, l.promise_id, l.bag_id, l.subject, l.owed, l.for_carrier, l.due_at, l.closed_at, l.plate, l.ref, l.visible
FROM unnest($1::uuid[]) AS w (chaser_id)
JOIN chaser m ON m.chaser_id = w.chaser_id
CROSS JOIN LATERAL (
    SELECT p.promise_id, p.bag_id, p.subject, p.owed, p.for_carrier, p.due_at, p.closed_at, b.plate, coalesce(c.ref, f.ref) AS ref, count(*) OVER () AS visible
    FROM unnest(m.promises, m.subjects) AS u (promise_id, bag_id)
    JOIN promise p ON p.bucket = get_byte(uuid_send(u.bag_id), 15) AND p.bag_id = u.bag_id AND p.promise_id = u.promise_id
    LEFT JOIN bag b ON b.bucket = p.bucket AND b.bag_id = p.bag_id
    LEFT JOIN case_file c ON c.bucket = p.bucket AND c.case_id = p.bag_id
    LEFT JOIN case_file f ON f.case_id = b.case_id
    WHERE ($3 OR p.debtor = ANY ($2::text[]) OR p.creditor = ANY ($2::text[])) AND ($4::text IS NULL OR coalesce(c.ref, f.ref) = $4)
    ORDER BY p.due_at, p.promise_id
    LIMIT $5) l
ORDER BY w.chaser_id, l.due_at, l.promise_id
