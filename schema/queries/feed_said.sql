-- name: feed_said          rows: many
-- set:  duties
-- in:   $1 after bigint, $2 upto bigint      index: journal_seq_key
-- out:  sender text, station text, carrier text, at timestamptz
-- What machines said, once a minute; the carrier is empty where it was said without a mandate.
SELECT e.sender, e.station, CASE WHEN 'no_mandate' = ANY (e.flags) THEN '' ELSE e.carrier END AS carrier, max(e.recorded_at) AS at
FROM journal j JOIN event e ON e.journal_id = j.id
WHERE j.seq > $1 AND j.seq <= $2 AND e.source IN ('json', 'typeb') AND e.station IS NOT NULL
GROUP BY e.sender, e.station, 3, floor(extract(epoch FROM e.recorded_at) / 60)
ORDER BY at
