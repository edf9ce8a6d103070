-- name: mandate_one        rows: maybe one
-- set:  query, admin
-- in:   $1 mandate_id uuid, $2 carrier text      index: mandate_pkey
-- out:  mandate_id uuid, carrier text, sender text, stations text[], codes text[], valid_from date, valid_until date,
--       made_at timestamptz, revoked_at timestamptz
SELECT m.mandate_id, m.carrier, m.sender, m.stations, m.codes, m.valid_from, m.valid_until, m.made_at, m.revoked_at
FROM mandate m WHERE m.mandate_id = $1 AND m.carrier = $2
