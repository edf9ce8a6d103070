-- name: letter_read         rows: maybe one
-- set:  query
-- in:   $1 id uuid, $2 sender text      index: dead_letter_pkey
-- out:  id uuid, raw_id uuid, sender text, received_at timestamptz, ordinal integer, first_line integer, last_line integer, smi text,
--       status text, faults text, carriers text, state text, tried_at timestamptz, tried_by text, repaired_at timestamptz, repaired_by text,
--       destroyed_at timestamptz,
--       raw_received_at timestamptz, nonce bytea, body bytea, key_nonce bytea, wrapped bytea
-- With its text as long as there is one; a sender that is empty stands for all.
SELECT d.id, d.raw_id, d.sender, d.received_at, d.ordinal, d.first_line, d.last_line, d.smi, d.status, d.faults, d.carriers, d.state,
       d.tried_at, d.tried_by, d.repaired_at, d.repaired_by, r.destroyed_at, r.received_at AS raw_received_at, r.nonce, r.body, k.nonce AS key_nonce, k.wrapped
FROM dead_letter d
JOIN raw_message r ON r.id = d.raw_id
LEFT JOIN data_key k ON k.bucket = get_byte(uuid_send(r.key_id), 15) AND k.key_id = r.key_id
WHERE d.id = $1 AND ($2 = '' OR d.sender = $2);
