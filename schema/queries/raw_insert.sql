-- name: raw_insert         rows: count
-- set:  writer
-- in:   $1 id uuid[], $2 now timestamptz, $3 sender text[], $4 commitment bytea[], $5 salt bytea[], $6 nonce bytea[], $7 body bytea[],
--       $8 watched boolean[]
-- out:  none
-- Each is sealed under a key of its own that has its id.
INSERT INTO raw_message (id, received_at, sender, commitment, salt, key_id, nonce, body, watched)
SELECT w.id, $2, w.sender, w.commitment, w.salt, w.id, w.nonce, w.body, w.watched
FROM unnest($1::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], $8::boolean[])
     AS w (id, sender, commitment, salt, nonce, body, watched);
