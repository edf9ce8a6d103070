-- name: data_key_share     rows: many
-- set:  writer
-- in:   $1 bucket smallint[], $2 key_id uuid[]      index: data_key_pkey
-- out:  key_id uuid, kind text, nonce bytea, wrapped bytea
SELECT k.key_id, k.kind, k.nonce, k.wrapped
FROM data_key k
WHERE k.bucket = ANY ($1::smallint[]) AND k.key_id = ANY ($2::uuid[])
ORDER BY k.bucket, k.key_id
FOR SHARE;
