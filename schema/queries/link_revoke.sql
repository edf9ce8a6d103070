-- name: link_revoke        rows: count
-- set:  query, admin
-- in:   $1 token_hash bytea, $2 now timestamptz      index: case_link_pkey
-- out:  none
UPDATE case_link SET revoked_at = coalesce(revoked_at, $2) WHERE token_hash = $1
