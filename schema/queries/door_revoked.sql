-- name: door_revoked       rows: many
-- set:  query, duties
-- in:   $1 since timestamptz      index: session_revoked, case_link_revoked
-- out:  key_id uuid, token_hash bytea
SELECT key_id, token_hash FROM api_key WHERE revoked_at > $1
UNION ALL
SELECT NULL::uuid, token_hash FROM session WHERE revoked_at > $1
UNION ALL
SELECT NULL::uuid, token_hash FROM case_link WHERE revoked_at > $1
