-- name: pulse_last         rows: one
-- set:  duties
-- in:   $1 within bigint      index: journal_stamped_at, outage_ended
-- out:  last timestamptz, used boolean
-- When we are last known to have taken an update: the newest beat of any instance, or a batch that was stored up to $1 us behind it, or the end of
-- the newest outage, which is accounted for up to there; and whether anything was ever said here.
SELECT greatest(b.at, (SELECT max(j.recorded_at) FROM journal j
                       WHERE j.seq IS NOT NULL AND j.stamped_at >= b.at AND j.stamped_at <= b.at + $1 * interval '1 microsecond'),
                (SELECT max(o.ended_at) FROM outage o)) AS last,
       EXISTS (SELECT FROM journal) AS used
FROM (SELECT max(p.beat_at) AS at FROM pulse p) b
