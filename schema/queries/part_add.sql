-- name: part_add            rows: count
-- set:  query
-- in:   $1 series bytea, $2 part smallint, $3 content bytea, $4 sender text, $5 carriers text, $6 smi text, $7 raw_id uuid,
--       $8 ordinal integer, $9 first_line integer, $10 last_line integer, $11 now timestamptz      index: telegram_part_pkey
-- out:  none
INSERT INTO telegram_part (series, part, content, sender, carriers, smi, raw_id, ordinal, first_line, last_line, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (series, part, content) DO NOTHING;
