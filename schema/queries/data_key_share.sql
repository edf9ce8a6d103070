-- name: data_key_share     rows: many
-- set:  writer
-- in:   $1 bucket smallint[], $2 key_id uuid[]      index: data_key_pkey
-- out:  key_id uuid, kind text, nonce bytea, wrapped bytea
SELECT k.key_id, k.kind, k.nonce, k.wrapped
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, key_id)
JOIN data_key k ON k.bucket = w.bucket AND k.key_id = w.key_id
WHERE ($1::smallint[] IS NULL OR k.bucket = ANY ($1))
ORDER BY k.bucket, k.key_id
FOR SHARE OF k;
