-- name: case_search_insert rows: count
-- set:  writer
-- in:   $1 bucket smallint, $2 case_id uuid, $3 names text, $4 description text, $5 town text, $6 phone bytea, $7 last7 bytea,
--       $8 last4 bytea, $9 mail bytea, $10 pnr bytea, $11 terms text[], $12 carriers text[], $13 opened_at timestamptz
-- out:  none
INSERT INTO case_search (bucket, case_id, names, description, town, phone, phone_last7, phone_last4, mail, pnr, terms, carriers, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, array_to_tsvector($11), $12, $13);
