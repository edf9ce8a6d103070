-- name: member_read        rows: many
-- set:  writer
-- in:   $1 code text[], $2 now timestamptz      index: api_key_organisation
-- out:  code text, connected boolean, by_hand boolean
-- Whether a carrier is told what it owes (CLK-16): its own key reads, or that of one it lets speak for it; else its people do.
SELECT w.code,
    EXISTS (SELECT FROM api_key k WHERE k.organisation = ANY (h.who) AND k.realm = 'live' AND 'read' = ANY (k.scopes)
            AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)) AS connected,
    EXISTS (SELECT FROM account a WHERE a.organisation = ANY (h.who) AND a.disabled_at IS NULL) AS by_hand
FROM unnest($1::text[]) AS w (code)
CROSS JOIN LATERAL (
    SELECT array_append(array_agg(m.sender), w.code) AS who FROM mandate m
    WHERE m.carrier = w.code AND m.revoked_at IS NULL AND coalesce(m.valid_from <= ($2 AT TIME ZONE 'UTC')::date, true)
    AND coalesce(m.valid_until >= ($2 AT TIME ZONE 'UTC')::date, true)) h
