-- name: door_mandates      rows: many
-- set:  query, duties
-- in:   $1 since timestamptz      index: mandate_change_of, mandate_sender
-- out:  change_id uuid, key_id uuid, token_hash bytea
-- Keys and sessions of those whose mandates changed: what they may read and say has changed with them.
SELECT c.change_id, k.key_id, k.token_hash
FROM mandate_change c
JOIN mandate m ON m.mandate_id = c.mandate_id
JOIN api_key k ON k.organisation = m.sender AND k.revoked_at IS NULL
WHERE c.at > $1
UNION ALL
SELECT c.change_id, NULL::uuid, s.token_hash
FROM mandate_change c
JOIN mandate m ON m.mandate_id = c.mandate_id
JOIN account a ON a.organisation = m.sender
JOIN session s ON s.account_id = a.account_id AND s.revoked_at IS NULL
WHERE c.at > $1
