-- name: feed_beats         rows: many
-- set:  duties
-- in:   $1 since timestamptz
-- out:  sender text, station text, carrier text, at timestamptz
-- The table has a row a feed and is read whole.  A heartbeat is the sender's own: it speaks for no other carrier.
SELECT h.sender, h.station, CASE WHEN c.code IS NULL THEN '' ELSE c.code END AS carrier, h.last_at AS at
FROM heartbeat h LEFT JOIN carrier c ON c.code = h.sender
WHERE h.last_at > $1
ORDER BY h.last_at
