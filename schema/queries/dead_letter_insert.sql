-- name: dead_letter_insert rows: count
-- set:  writer
-- in:   $1 id uuid[], $2 raw_id uuid[], $3 sender text[], $4 now timestamptz, $5 ordinal integer[], $6 first_line integer[],
--       $7 last_line integer[], $8 smi text[], $9 status text[], $10 faults text[], $11 carriers text[]
-- out:  none
INSERT INTO dead_letter (id, raw_id, sender, received_at, ordinal, first_line, last_line, smi, status, faults, carriers, state)
SELECT w.id, w.raw_id, w.sender, $4, w.ordinal, w.first_line, w.last_line, w.smi, w.status, w.faults, w.carriers, 'waiting'
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $5::integer[], $6::integer[], $7::integer[], $8::text[], $9::text[], $10::text[],
            $11::text[])
     AS w (id, raw_id, sender, ordinal, first_line, last_line, smi, status, faults, carriers);
