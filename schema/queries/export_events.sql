-- name: export_events      rows: many
-- set:  query, admin
-- in:   $1 id uuid[], $2 until timestamptz[]      index: event_pkey
-- out:  subject text, id uuid, version integer, uid uuid, code text, sender text, carrier text, source text, occurred_at timestamptz,
--       recorded_at timestamptz, station text, place text, flight text, flight_date date, reason text, nonce bytea, body bytea,
--       kind text, key_id uuid, key_nonce bytea, wrapped bytea
-- Of the file's log and its bags' logs, in the order of recording; private texts with what opens them.
SELECT e.subject, e.bag_id AS id, e.version, e.uid, e.code, e.sender, e.carrier, e.source, e.occurred_at, e.recorded_at, e.station, e.place,
       e.flight, e.flight_date, e.reason, p.nonce, p.body, k.kind, k.key_id, k.nonce AS key_nonce, k.wrapped
FROM unnest($1::uuid[], $2::timestamptz[]) AS w (id, until)
JOIN event e ON e.bucket = get_byte(uuid_send(w.id), 15) AND e.bag_id = w.id
LEFT JOIN event_private p ON p.bucket = e.bucket AND p.bag_id = e.bag_id AND p.version = e.version
LEFT JOIN data_key k ON k.bucket = get_byte(uuid_send(p.key_id), 15) AND k.key_id = p.key_id
WHERE w.until IS NULL OR e.recorded_at < w.until
ORDER BY e.recorded_at, e.bag_id, e.version;
