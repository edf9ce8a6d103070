-- name: silence_now        rows: many
-- set:  query, duties, admin
-- in:   none      index: feed_silence_ended
-- out:  carrier text, station text, since timestamptz
-- Carriers of whom nothing comes at a station: the feed that was last heard for them there is silent.
SELECT l.carrier, l.station, l.last_at AS since
FROM (SELECT DISTINCT ON (c.carrier, f.station) c.carrier, f.station, f.last_at, f.silent_from
      FROM sender_feed f CROSS JOIN LATERAL unnest(f.carriers) AS c (carrier)
      WHERE f.station IN (SELECT s.station FROM feed_silence s WHERE s.ended_at IS NULL)
      ORDER BY c.carrier, f.station, f.last_at DESC) AS l
WHERE l.silent_from IS NOT NULL
ORDER BY l.carrier, l.station
