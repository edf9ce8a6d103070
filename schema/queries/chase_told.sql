-- name: chase_told         rows: many
-- set:  query
-- in:   $1 carriers text[], $2 everyone boolean, $3 debtor text, $4 level smallint, $5 ref_bucket smallint, $6 ref text, $7 before_at timestamptz, $8 before_id uuid,
--       $9 most integer      index: chaser_made
-- out:  chaser_id uuid, kind text, receiver text, debtor text, station text, level smallint, channel text, state text, made_at timestamptz,
--       not_before timestamptz, body text, ref text
-- What was told, or waits to be: of what one of the carriers owes or is owed; of one debtor, at one level (below 0: any), about one file and its bags.
SELECT c.chaser_id, c.kind, c.receiver, c.debtor, c.station, c.level, c.channel, c.state, c.made_at, c.not_before, c.body, f.ref
FROM chaser c
LEFT JOIN case_file f ON f.case_id = CASE WHEN c.kind = 'customer' THEN c.receiver::uuid END
WHERE ($2 OR c.readers && $1::text[]) AND ($3::text IS NULL OR c.debtor = $3) AND ($4::smallint < 0 OR c.level = $4)
  AND ($6::text IS NULL OR c.subjects && (
       SELECT coalesce(array_agg(s.id), '{}')
       FROM case_ref r
       CROSS JOIN LATERAL (SELECT r.case_id AS id UNION ALL SELECT b.bag_id FROM case_bag b WHERE b.bucket = r.case_bucket AND b.case_id = r.case_id) s
       WHERE r.bucket = $5 AND r.ref = $6))
  AND ($7::timestamptz IS NULL OR (c.made_at, c.chaser_id) < ($7, $8::uuid))
ORDER BY c.made_at DESC, c.chaser_id DESC
LIMIT $9
