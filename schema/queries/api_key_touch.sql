-- name: api_key_touch      rows: count
-- set:  query, admin
-- in:   $1 key_id uuid, $2 now timestamptz, $3 before timestamptz      index: api_key_pkey
-- out:  none
-- Once a minute at most, whichever instance asks: $3 is a minute ago.
UPDATE api_key SET last_used_at = $2 WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < $3)
