-- name: mandate_held       rows: many
-- set:  query, admin
-- in:   $1 sender text      index: mandate_sender
-- out:  carrier text, stations text[], codes text[], valid_from date, valid_until date, revoked_at timestamptz
-- All that were ever given to the sender: who has revoked one may still be named, with nothing behind it.
SELECT m.carrier, m.stations, m.codes, m.valid_from, m.valid_until, m.revoked_at
FROM mandate m WHERE m.sender = $1 ORDER BY m.carrier, m.mandate_id
