-- name: seed_search        rows: count
-- set:  admin
-- in:   $1 bucket smallint[], $2 case_id uuid[], $3 opened_at timestamptz[], $4 carriers text[], $5 names text[], $6 description text[],
--       $7 town text[], $8 terms text[], $9 phone bytea[], $10 last7 bytea[], $11 last4 bytea[], $12 mail bytea[], $13 pnr bytea[]
-- out:  none
-- Carriers and terms of one case in one text, blanks between.
INSERT INTO case_search (bucket, case_id, opened_at, carriers, names, description, town, terms, phone, phone_last7, phone_last4, mail, pnr)
SELECT w.bucket, w.case_id, w.opened_at, string_to_array(w.carriers, ' '), w.names, w.description, w.town,
       array_to_tsvector(string_to_array(w.terms, ' ')), w.phone, w.last7, w.last4, w.mail, w.pnr
FROM unnest($1::smallint[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[],
            $10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[])
     AS w (bucket, case_id, opened_at, carriers, names, description, town, terms, phone, last7, last4, mail, pnr);
