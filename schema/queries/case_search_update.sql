-- name: case_search_update rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 case_id uuid[], $3 names text[], $4 description text[], $5 town text[], $6 phone bytea[], $7 last7 bytea[],
--       $8 last4 bytea[], $9 mail bytea[], $10 pnr bytea[], $11 terms text[]      index: case_search_pkey
-- out:  none
-- Terms of one case in one text, blanks between.  Its flights stay: they are the bags', not the passenger's.
UPDATE case_search c
SET names = w.names, description = w.description, town = w.town, phone = w.phone, phone_last7 = w.last7, phone_last4 = w.last4,
    mail = w.mail, pnr = w.pnr,
    terms = array_to_tsvector(string_to_array(w.terms, ' ')
                              || ARRAY(SELECT t FROM unnest(tsvector_to_array(c.terms)) AS t WHERE starts_with(t, '@')))
FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[],
            $10::bytea[], $11::text[]) AS w (bucket, case_id, names, description, town, phone, last7, last4, mail, pnr, terms)
WHERE ($1::smallint[] IS NULL OR c.bucket = ANY ($1)) AND c.bucket = w.bucket AND c.case_id = w.case_id;
