-- name: subject_read       rows: many
-- set:  writer, query
-- in:   $1 bucket smallint[], $2 bag_id uuid[]      index: event_pkey
-- out:  bag_id uuid, subject text, version integer
-- How far the logs of subjects have come that have no row of their own shape: policies, mandates, flights, the service.
SELECT e.bag_id, min(e.subject) AS subject, max(e.version) AS version
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, bag_id)
JOIN event e ON e.bucket = w.bucket AND e.bag_id = w.bag_id
WHERE ($1::smallint[] IS NULL OR e.bucket = ANY ($1))
GROUP BY e.bag_id;
