-- name: erase_loose        rows: many
-- set:  query, admin, duties
-- in:   $1 since timestamptz, $2 after uuid, $3 most integer      index: raw_message_pkey, event_raw
-- out:  raw_id uuid, linked boolean, nonce bytea, body bytea, key_nonce bytea, wrapped bytea
-- Texts that no event hangs on (repeated, not used), and those with dead letters.
SELECT r.id AS raw_id, EXISTS (SELECT FROM event e WHERE e.raw_id = r.id) AS linked, r.nonce, r.body, k.nonce AS key_nonce, k.wrapped
FROM raw_message r
JOIN data_key k ON k.bucket = get_byte(uuid_send(r.key_id), 15) AND k.key_id = r.key_id
WHERE r.id > $2 AND r.destroyed_at IS NULL
  AND ((r.received_at >= $1 AND NOT EXISTS (SELECT FROM event e WHERE e.raw_id = r.id))
       OR EXISTS (SELECT FROM dead_letter d WHERE d.raw_id = r.id))
ORDER BY r.id
LIMIT $3;
