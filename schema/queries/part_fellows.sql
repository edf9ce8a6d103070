-- name: part_fellows        rows: many
-- set:  query
-- in:   $1 series bytea, $2 part smallint, $3 content bytea, $4 since timestamptz      index: telegram_part_pkey
-- out:  part smallint, content bytea, raw_id uuid, ordinal integer, received_at timestamptz, key_nonce bytea, wrapped bytea, nonce bytea,
--       body bytea
-- The parts that wait beside this one, or those of the whole that it is already part of.
SELECT p.part, p.content, p.raw_id, p.ordinal, p.received_at, k.nonce AS key_nonce, k.wrapped, r.nonce, r.body
FROM telegram_part me
JOIN telegram_part p ON p.series = me.series AND p.whole_id IS NOT DISTINCT FROM me.whole_id
JOIN raw_message r ON r.id = p.raw_id
JOIN data_key k ON k.bucket = get_byte(uuid_send(r.key_id), 15) AND k.key_id = r.key_id
WHERE me.series = $1 AND me.part = $2 AND me.content = $3 AND (me.whole_id IS NOT NULL OR p.received_at >= $4)
ORDER BY p.part, p.received_at, p.content;
