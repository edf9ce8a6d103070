-- name: session_read       rows: maybe one
-- set:  query, admin
-- in:   $1 token_hash bytea      index: session_pkey
-- out:  token_hash bytea, account_id uuid, csrf text, used_at timestamptz, ends_at timestamptz, name text,
--       organisation text, kind text, carriers text[], role text
SELECT s.token_hash, s.account_id, s.csrf, s.used_at, s.ends_at, a.name, a.organisation, o.kind, a.carriers, a.role
FROM session s
JOIN account a ON a.account_id = s.account_id
JOIN organisation o ON o.code = a.organisation
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND a.disabled_at IS NULL
