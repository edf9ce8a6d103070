-- name: letter_list         rows: many
-- set:  query
-- in:   $1 sender text, $2 state text, $3 most integer      index: dead_letter_waiting
-- out:  id uuid, sender text, received_at timestamptz, ordinal integer, first_line integer, last_line integer, smi text, status text,
--       faults text, state text, tried_at timestamptz, tried_by text, repaired_at timestamptz, repaired_by text
-- Newest first; a sender or a state that is empty stands for all.
SELECT d.id, d.sender, d.received_at, d.ordinal, d.first_line, d.last_line, d.smi, d.status, d.faults, d.state, d.tried_at, d.tried_by,
       d.repaired_at, d.repaired_by
FROM dead_letter d
WHERE ($1 = '' OR d.sender = $1) AND ($2 = '' OR d.state = $2)
ORDER BY d.received_at DESC, d.id
LIMIT $3;
