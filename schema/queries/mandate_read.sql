-- name: mandate_read       rows: many
-- set:  writer
-- in:   $1 mandate_id uuid[]      index: mandate_pkey
-- out:  mandate_id uuid, version smallint
SELECT m.mandate_id, m.version FROM unnest($1::uuid[]) AS w (mandate_id) JOIN mandate m ON m.mandate_id = w.mandate_id
