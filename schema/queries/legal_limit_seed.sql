-- name: legal_limit_seed   rows: count
-- set:  owner
-- in:   $1 regime text[], $2 valid_from text[], $3 amount text[], $4 currency text[], $5 rule text[], $6 source text[], $7 reviewer text[]
-- out:  none
-- What somebody has changed or reviewed since stays as it is.
INSERT INTO legal_limit (regime, valid_from, amount, currency, rule, source, reviewer)
SELECT r.regime, r.valid_from::date, r.amount::integer, r.currency, r.rule, r.source, nullif(r.reviewer, '')
FROM unnest($1, $2, $3, $4, $5, $6, $7) AS r (regime, valid_from, amount, currency, rule, source, reviewer)
ON CONFLICT (regime, valid_from) DO NOTHING
