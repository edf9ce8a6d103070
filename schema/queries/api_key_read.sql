-- name: api_key_read       rows: maybe one
-- set:  query, admin
-- in:   $1 token_hash bytea      index: api_key_token_hash_key
-- out:  token_hash bytea, key_id uuid, last4 text, organisation text, kind text, realm text, carriers text[],
--       scopes text[], cidrs text[], expires_at timestamptz, last_used_at timestamptz
SELECT k.token_hash, k.key_id, k.last4, k.organisation, o.kind, k.realm, k.carriers, k.scopes, k.cidrs::text[] AS cidrs,
    k.expires_at, k.last_used_at
FROM api_key k JOIN organisation o ON o.code = k.organisation
WHERE k.token_hash = $1 AND k.revoked_at IS NULL
