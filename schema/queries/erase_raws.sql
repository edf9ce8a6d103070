-- name: erase_raws         rows: many
-- set:  query, admin, duties
-- in:   $1 bag_id uuid[]      index: event_pkey
-- out:  raw_id uuid, nonce bytea, body bytea, key_nonce bytea, wrapped bytea
SELECT r.id AS raw_id, r.nonce, r.body, k.nonce AS key_nonce, k.wrapped
FROM (SELECT DISTINCT e.raw_id FROM unnest($1::uuid[]) AS w (bag_id)
      JOIN event e ON e.bucket = get_byte(uuid_send(w.bag_id), 15) AND e.bag_id = w.bag_id
      WHERE e.raw_id IS NOT NULL) AS n
JOIN raw_message r ON r.id = n.raw_id
JOIN data_key k ON k.bucket = get_byte(uuid_send(r.key_id), 15) AND k.key_id = r.key_id
WHERE r.destroyed_at IS NULL
ORDER BY r.id;
