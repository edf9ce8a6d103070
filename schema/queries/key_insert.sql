-- name: key_insert         rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 sender text[], $3 event_id text[], $4 ident text[], $5 fingerprint bytea[], $6 bag_bucket smallint[],
--       $7 bag_id uuid[], $8 version integer[]
-- out:  none
INSERT INTO event_key (bucket, sender, event_id, ident, fingerprint, bag_bucket, bag_id, version)
SELECT w.bucket, w.sender, w.event_id, w.ident, w.fingerprint, w.bag_bucket, w.bag_id, w.version
FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::smallint[], $7::uuid[], $8::integer[])
     AS w (bucket, sender, event_id, ident, fingerprint, bag_bucket, bag_id, version);
