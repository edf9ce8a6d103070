-- name: key_answer         rows: many
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 version integer[]      index: event_pkey
-- out:  bag_id uuid, version integer, outcome text, flags text[], answer text
SELECT e.bag_id, e.version, e.outcome, e.flags, e.answer
FROM unnest($1::smallint[], $2::uuid[], $3::integer[]) AS w (bucket, bag_id, version)
JOIN event e ON e.bucket = w.bucket AND e.bag_id = w.bag_id AND e.version = w.version
WHERE ($1::smallint[] IS NULL OR e.bucket = ANY ($1));
