-- name: part_expired        rows: many
-- set:  duties
-- in:   $1 before timestamptz, $2 forget timestamptz, $3 now timestamptz      index: telegram_part_received
-- out:  letter uuid
-- Parts whose fellows never came become dead letters; what was joined is forgotten when its text is.
WITH gone AS (
    DELETE FROM telegram_part WHERE (whole_id IS NULL AND received_at < $1) OR received_at < $2
    RETURNING sender, carriers, smi, raw_id, ordinal, first_line, last_line, received_at, whole_id
)
INSERT INTO dead_letter (id, raw_id, sender, received_at, ordinal, first_line, last_line, smi, status, faults, carriers, state)
SELECT gen_random_uuid(), g.raw_id, g.sender, $3, g.ordinal, g.first_line, g.last_line, g.smi, 'waiting_for_parts',
       '[{"line":' || g.first_line || ',"element":"V","reason":"the other parts of this message never came","lost":true}]', g.carriers, 'waiting'
FROM gone g
WHERE g.whole_id IS NULL
RETURNING id AS letter;
