-- name: part_expired        rows: many
-- set:  duties
-- in:   $1 before timestamptz, $2 now timestamptz      index: telegram_part_received
-- out:  letter uuid
-- Parts whose fellows never came become dead letters; what was joined is forgotten with its text (retention.def).
WITH gone AS (
    DELETE FROM telegram_part WHERE whole_id IS NULL AND received_at < $1
    RETURNING sender, carriers, smi, raw_id, ordinal, first_line, last_line
)
INSERT INTO dead_letter (id, raw_id, sender, received_at, ordinal, first_line, last_line, smi, status, faults, carriers, state)
SELECT gen_random_uuid(), g.raw_id, g.sender, $2, g.ordinal, g.first_line, g.last_line, g.smi, 'waiting_for_parts',
       '[{"line":' || g.first_line || ',"element":"V","reason":"the other parts of this message never came","lost":true}]', g.carriers, 'waiting'
FROM gone g
RETURNING id AS letter;
