-- name: key_read           rows: many
-- set:  writer
-- in:   $1 bucket smallint[], $2 sender text[], $3 event_id text[], $4 ident text[]      index: event_key_pkey
-- out:  bucket smallint, sender text, event_id text, ident text, fingerprint bytea, bag_bucket smallint, bag_id uuid, version integer
SELECT k.bucket, k.sender, k.event_id, k.ident, k.fingerprint, k.bag_bucket, k.bag_id, k.version
FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[]) AS w (bucket, sender, event_id, ident)
JOIN event_key k ON k.bucket = w.bucket AND k.sender = w.sender AND k.event_id = w.event_id AND k.ident = w.ident
WHERE ($1::smallint[] IS NULL OR k.bucket = ANY ($1));
