-- name: verify_mandates    rows: many
-- set:  admin
-- in:   $1 mandate_id uuid, $2 most integer      index: mandate_pkey
-- out:  mandate_id uuid, version smallint, carrier text, sender text, stations text[], codes text[], valid_from date, valid_until date
SELECT m.mandate_id, m.version, m.carrier, m.sender, m.stations, m.codes, m.valid_from, m.valid_until
FROM mandate m
WHERE m.mandate_id > $1
ORDER BY m.mandate_id
LIMIT $2
