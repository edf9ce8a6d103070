-- name: sim_events        rows: many
-- set:  admin
-- in:   $1 first smallint, $2 last smallint
-- out:  bag_id uuid, subject text, version integer, uid uuid, code text, sender text, event_id text, ident text, carrier text, source text, order_at timestamptz, rank smallint, time_kind text, time_type text, occurred_at timestamptz, recorded_at timestamptz, station text, flight text, flight_date date, from_carrier text, to_carrier text, outcome text, replaces text, window_until timestamptz, proof text, person boolean, why text, action text, owner text, case_id uuid, promise_id uuid, other_bag uuid, level integer, ordinal integer, bags integer, last_flight text, last_to text, plan_due timestamptz, due timestamptz, quiet_until timestamptz, in_a_row integer, batch bigint, marked boolean, reason text, stations text, codes text, from_day date, until_day date, route text
-- The log with its data taken apart.  plan_due: an hour after the end of the flight date where the forward leaves.
SELECT e.bag_id, e.subject, e.version, e.uid, e.code, e.sender, e.event_id, e.ident, e.carrier, e.source, e.order_at, e.rank,
       e.time_kind, e.time_type, e.occurred_at, e.recorded_at, e.station, e.flight, e.flight_date, e.from_carrier, e.to_carrier,
       e.outcome, e.replaces, (d.j ->> 'window_until')::timestamptz AS window_until, d.j ->> 'proof' AS proof, (d.j ->> 'person')::boolean AS person,
       d.j ->> 'why' AS why, d.j ->> 'action' AS action,
       d.j ->> 'owner' AS owner, (d.j ->> 'case_id')::uuid AS case_id, (d.j ->> 'promise_id')::uuid AS promise_id,
       (d.j ->> 'other_bag')::uuid AS other_bag, coalesce((d.j ->> 'level')::integer, -1) AS level,
       coalesce((d.j ->> 'bag_ordinal')::integer, 0) AS ordinal, coalesce((d.j ->> 'n_bags')::integer, 0) AS bags,
       d.j -> 'legs' -> -1 ->> 'flight' AS last_flight, d.j -> 'legs' -> -1 ->> 'to' AS last_to,
       (e.flight_date + 1)::timestamp AT TIME ZONE coalesce(s.zone, 'UTC') + interval '1 hour' AS plan_due,
       (d.j ->> 'due')::timestamptz AS due, (d.j ->> 'quiet_until')::timestamptz AS quiet_until,
       coalesce((d.j ->> 'in_a_row')::integer, 0) AS in_a_row, e.journal_id AS batch, 'no_mandate' = ANY (e.flags) AS marked, e.reason,
       d.j #>> '{mandate,stations}' AS stations, d.j #>> '{mandate,codes}' AS codes, (d.j #>> '{mandate,from}')::date AS from_day,
       (d.j #>> '{mandate,until}')::date AS until_day,
       (SELECT string_agg(concat(l.leg ->> 'from', ' ', l.leg ->> 'to'), ' ') FROM jsonb_array_elements(d.j -> 'legs') l (leg)) AS route
FROM event e
CROSS JOIN LATERAL (SELECT nullif(e.data, '')::jsonb AS j) d
LEFT JOIN station s ON s.code = e.station
WHERE e.bucket BETWEEN $1 AND $2
ORDER BY e.bag_id, e.version
