-- name: raw_known          rows: many
-- set:  writer
-- in:   $1 id uuid[]      index: raw_message_pkey
-- out:  id uuid
SELECT r.id FROM raw_message r WHERE r.id = ANY ($1::uuid[]);
