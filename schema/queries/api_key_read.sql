-- name: api_key_read       rows: maybe one
-- set:  query, admin
-- in:   $1 token_hash bytea      index: api_key_token_hash_key
-- out:  token_hash bytea, key_id uuid, last4 text, organisation text, realm text, carriers text[], scopes text[],
--       cidrs text[], expires_at timestamptz, last_used_at timestamptz
SELECT token_hash, key_id, last4, organisation, realm, carriers, scopes, cidrs::text[] AS cidrs, expires_at, last_used_at
FROM api_key WHERE token_hash = $1 AND revoked_at IS NULL
