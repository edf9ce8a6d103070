-- name: chase_wish_put     rows: count
-- set:  query
-- in:   $1 carrier text, $2 channel text, $3 address text, $4 set_by text, $5 set_at timestamptz
-- out:  none
INSERT INTO chaser_wish (carrier, channel, address, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (carrier) DO UPDATE SET channel = $2, address = $3, set_by = $4, set_at = $5
