-- name: api_key_insert     rows: count
-- set:  query, admin
-- in:   $1 key_id uuid, $2 token_hash bytea, $3 prefix text, $4 last4 text, $5 organisation text, $6 realm text,
--       $7 carriers text[], $8 scopes text[], $9 cidrs text[], $10 now timestamptz, $11 expires_at timestamptz
-- out:  none
INSERT INTO api_key (key_id, token_hash, prefix, last4, organisation, realm, carriers, scopes, cidrs, made_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::cidr[], $10, $11)
