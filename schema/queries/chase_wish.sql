-- name: chase_wish         rows: maybe one
-- set:  duties, query
-- in:   $1 carrier text      index: chaser_wish_pkey
-- out:  channel text, address text, set_by text, set_at timestamptz
SELECT w.channel, w.address, w.set_by, w.set_at FROM chaser_wish w WHERE w.carrier = $1
