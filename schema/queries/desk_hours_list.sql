-- name: desk_hours_list    rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  carrier text, station text, week integer[], dates date[], date_minutes integer[], valid_from timestamptz, told_at timestamptz
SELECT h.carrier, h.station, h.week, h.dates, h.date_minutes, h.valid_from, h.told_at
FROM desk_hours h
ORDER BY h.carrier, h.station, h.told_at, h.valid_from, h.hours_id
