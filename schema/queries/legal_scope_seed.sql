-- name: legal_scope_seed   rows: count
-- set:  owner
-- in:   $1 regime text[], $2 kind text[], $3 code text[], $4 valid_from text[], $5 valid_until text[], $6 source text[], $7 reviewer text[]
-- out:  none
-- What somebody has changed or reviewed since stays as it is.
INSERT INTO legal_scope (regime, kind, code, valid_from, valid_until, source, reviewer)
SELECT r.regime, r.kind, r.code, r.valid_from::date, nullif(r.valid_until, '')::date, r.source, nullif(r.reviewer, '')
FROM unnest($1, $2, $3, $4, $5, $6, $7) AS r (regime, kind, code, valid_from, valid_until, source, reviewer)
ON CONFLICT (regime, kind, code, valid_from) DO NOTHING
