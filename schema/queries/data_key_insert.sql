-- name: data_key_insert    rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 key_id uuid[], $3 kind text[], $4 nonce bytea[], $5 wrapped bytea[], $6 now timestamptz
-- out:  none
INSERT INTO data_key (bucket, key_id, kind, nonce, wrapped, created_at)
SELECT w.bucket, w.key_id, w.kind, w.nonce, w.wrapped, $6
FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[]) AS w (bucket, key_id, kind, nonce, wrapped);
