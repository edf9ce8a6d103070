-- name: mandate_insert     rows: count
-- set:  writer
-- in:   $1 mandate_id uuid, $2 carrier text, $3 sender text, $4 stations text[], $5 codes text[], $6 valid_from date,
--       $7 valid_until date, $8 now timestamptz
-- out:  none
INSERT INTO mandate (mandate_id, carrier, sender, stations, codes, valid_from, valid_until, made_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
