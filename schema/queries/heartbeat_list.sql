-- name: heartbeat_list     rows: many
-- set:  query
-- in:   $1 sender text      index: heartbeat_pkey
-- out:  sender text, station text, last_at timestamptz, skew_us bigint, times bigint
-- $1 empty = of all senders.
SELECT h.sender, h.station, h.last_at, h.skew_us, h.times
FROM heartbeat h WHERE $1 = '' OR h.sender = $1 ORDER BY h.sender, h.station LIMIT 10000
