-- name: raw_insert         rows: count
-- set:  writer
-- in:   $1 id uuid, $2 now timestamptz, $3 sender text, $4 commitment bytea, $5 salt bytea, $6 key_id uuid, $7 nonce bytea, $8 body bytea, $9 watched boolean
-- out:  none
INSERT INTO raw_message (id, received_at, sender, commitment, salt, key_id, nonce, body, watched)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);
