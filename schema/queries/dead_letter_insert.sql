-- name: dead_letter_insert rows: count
-- set:  writer
-- in:   $1 id uuid, $2 raw_id uuid, $3 sender text, $4 now timestamptz, $5 ordinal integer, $6 first_line integer, $7 last_line integer,
--       $8 smi text, $9 status text, $10 faults text
-- out:  none
INSERT INTO dead_letter (id, raw_id, sender, received_at, ordinal, first_line, last_line, smi, status, faults, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting');
