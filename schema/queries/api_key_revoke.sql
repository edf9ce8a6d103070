-- name: api_key_revoke     rows: count
-- set:  query, admin
-- in:   $1 key_id uuid, $2 organisation text, $3 now timestamptz      index: api_key_pkey
-- out:  none
-- $2 empty = of any organisation.
UPDATE api_key SET revoked_at = coalesce(revoked_at, $3) WHERE key_id = $1 AND ($2 = '' OR organisation = $2)
