-- name: legal_rule_seed    rows: count
-- set:  owner
-- in:   $1 rule_id text[], $2 regime text[], $3 grants text[], $4 amount text[], $5 unit text[], $6 counts_from text[], $7 trip text[],
--       $8 rule text[], $9 valid_from text[], $10 valid_until text[], $11 source text[], $12 reviewer text[]
-- out:  none
-- What somebody has changed or reviewed since stays as it is.
INSERT INTO legal_rule (rule_id, regime, grants, amount, unit, counts_from, trip, rule, valid_from, valid_until, source, reviewer)
SELECT r.rule_id, r.regime, r.grants, r.amount::integer, r.unit, r.counts_from, r.trip, r.rule, r.valid_from::date,
       nullif(r.valid_until, '')::date, r.source, nullif(r.reviewer, '')
FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     AS r (rule_id, regime, grants, amount, unit, counts_from, trip, rule, valid_from, valid_until, source, reviewer)
ON CONFLICT (rule_id) DO NOTHING
