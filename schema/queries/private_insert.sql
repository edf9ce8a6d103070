-- name: private_insert     rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 version integer[], $4 salt bytea[], $5 key_id uuid[], $6 nonce bytea[], $7 body bytea[]
-- out:  none
INSERT INTO event_private (bucket, bag_id, version, salt, key_id, nonce, body)
SELECT w.bucket, w.bag_id, w.version, w.salt, w.key_id, w.nonce, w.body
FROM unnest($1::smallint[], $2::uuid[], $3::integer[], $4::bytea[], $5::uuid[], $6::bytea[], $7::bytea[])
     AS w (bucket, bag_id, version, salt, key_id, nonce, body);
