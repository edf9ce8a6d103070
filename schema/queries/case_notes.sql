-- name: case_notes         rows: many
-- set:  query
-- in:   $1 bucket smallint[], $2 id uuid[], $3 codes text[], $4 most integer      index: event_pkey, event_private_pkey, data_key_pkey
-- out:  uid uuid, kind text, key_id uuid, code text, carrier text, from_carrier text, to_carrier text, sender text, recorded_at timestamptz,
--       nonce bytea, body bytea, key_nonce bytea, wrapped bytea
-- What people wrote on a file and its bags, newest first; texts whose key was destroyed are gone.
SELECT e.uid, k.kind, k.key_id, e.code, e.carrier, e.from_carrier, e.to_carrier, e.sender, e.recorded_at, p.nonce, p.body,
       k.nonce AS key_nonce, k.wrapped
FROM unnest($1::smallint[], $2::uuid[]) AS w (bucket, id)
JOIN event e ON e.bucket = w.bucket AND e.bag_id = w.id
JOIN event_private p ON p.bucket = e.bucket AND p.bag_id = e.bag_id AND p.version = e.version
JOIN data_key k ON k.bucket = p.bucket AND k.key_id = p.key_id
WHERE ($1::smallint[] IS NULL OR e.bucket = ANY ($1)) AND e.code = ANY ($3::text[])
ORDER BY e.recorded_at DESC, e.uid
LIMIT $4
