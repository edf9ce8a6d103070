-- name: claim_words        rows: many
-- set:  query, admin
-- in:   $1 bucket smallint, $2 case_id uuid      index: event_pkey
-- out:  bag_id uuid, version integer, subject text, uid uuid, code text, sender text, event_id text, ident text, carrier text, source text,
--       order_at timestamptz, rank smallint, occurred_at timestamptz, time_kind text, time_type text, offset_min smallint,
--       sent_at timestamptz, skew_us bigint, recorded_at timestamptz, station text, place text, flight text, flight_date date,
--       from_carrier text, to_carrier text, reason text, new_plate text, data text, replaces text, raw_id uuid, raw_first integer,
--       raw_last integer, raw_commitment bytea, private_commitment bytea, outcome text, flags text[], leaf bytea, nonce bytea, body bytea
SELECT e.bag_id, e.version, e.subject, e.uid, e.code, e.sender, e.event_id, e.ident, e.carrier, e.source, e.order_at, e.rank,
       e.occurred_at, e.time_kind, e.time_type, e.offset_min, e.sent_at, e.skew_us, e.recorded_at, e.station, e.place, e.flight,
       e.flight_date, e.from_carrier, e.to_carrier, e.reason, e.new_plate, e.data, e.replaces, e.raw_id, e.raw_first, e.raw_last,
       e.raw_commitment, e.private_commitment, e.outcome, e.flags, e.leaf, p.nonce, p.body
FROM event e
LEFT JOIN event_private p ON p.bucket = e.bucket AND p.bag_id = e.bag_id AND p.version = e.version
WHERE e.bucket = $1 AND e.bag_id = $2
  AND e.code IN ('CLAIM_FILED', 'CLAIM_STEP', 'CLAIM_EVIDENCE', 'DAMAGE_REPORTED', 'PILFERAGE_REPORTED', 'CASE_OPENED')
ORDER BY e.version
