-- name: carrier_list       rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  code text, issuer text, name text
SELECT c.code, c.issuer, c.name FROM carrier c ORDER BY c.code COLLATE "C"
