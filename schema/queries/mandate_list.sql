-- name: mandate_list       rows: many
-- set:  query, admin
-- in:   $1 organisation text      index: mandate_sender, mandate_carrier
-- out:  mandate_id uuid, carrier text, sender text, stations text[], codes text[], valid_from date, valid_until date,
--       made_at timestamptz, revoked_at timestamptz
-- Those that the organisation gave or was given; $1 empty = all.
SELECT m.mandate_id, m.carrier, m.sender, m.stations, m.codes, m.valid_from, m.valid_until, m.made_at, m.revoked_at
FROM mandate m WHERE $1 = '' OR m.carrier = $1 OR m.sender = $1 ORDER BY m.made_at DESC, m.mandate_id DESC LIMIT 1000
