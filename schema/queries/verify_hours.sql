-- name: verify_hours       rows: many
-- set:  admin
-- in:   $1 carriers text[]
-- out:  id uuid, carrier text, station text, week integer[], dates date[], date_minutes integer[], valid_from timestamptz,
--       told_at timestamptz, set_by text
SELECT h.hours_id AS id, h.carrier, h.station, h.week, h.dates, h.date_minutes, h.valid_from, h.told_at, h.set_by
FROM desk_hours h
WHERE h.carrier = ANY ($1)
ORDER BY h.hours_id
