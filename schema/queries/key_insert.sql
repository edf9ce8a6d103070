-- name: key_insert         rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 sender text[], $3 event_id text[], $4 ident text[], $5 fingerprint bytea[], $6 bag_bucket smallint[],
--       $7 bag_id uuid[], $8 version integer[]
-- out:  none
INSERT INTO event_key (bucket, sender, event_id, ident, fingerprint, bag_bucket, bag_id, version)
SELECT w.bucket, w.sender, w.event_id, w.ident, w.fingerprint, w.bag_bucket, w.bag_id, w.version
FROM (SELECT unnest($1::smallint[]) AS bucket, unnest($2::text[]) AS sender, unnest($3::text[]) AS event_id,
             unnest($4::text[]) AS ident, unnest($5::bytea[]) AS fingerprint, unnest($6::smallint[]) AS bag_bucket,
             unnest($7::uuid[]) AS bag_id, unnest($8::integer[]) AS version) AS w;
