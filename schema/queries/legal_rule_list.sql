-- name: legal_rule_list    rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  rule_id text, regime text, grants text, amount integer, unit text, counts_from text, trip text, rule text, valid_from date,
--       valid_until date, source text, reviewer text
SELECT r.rule_id, r.regime, r.grants, r.amount, r.unit, r.counts_from, r.trip, r.rule, r.valid_from, r.valid_until, r.source, r.reviewer
FROM legal_rule r
ORDER BY r.regime, r.grants, r.amount, r.valid_from, r.rule_id
