-- name: api_key_list       rows: many
-- set:  query, admin
-- in:   $1 organisation text
-- out:  key_id uuid, prefix text, last4 text, organisation text, realm text, carriers text[], scopes text[],
--       cidrs text[], made_at timestamptz, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz
-- $1 empty = of all organisations.
SELECT key_id, prefix, last4, organisation, realm, carriers, scopes, cidrs::text[] AS cidrs, made_at, expires_at, revoked_at,
    last_used_at
FROM api_key WHERE $1 = '' OR organisation = $1 ORDER BY made_at DESC, key_id DESC LIMIT 1000
