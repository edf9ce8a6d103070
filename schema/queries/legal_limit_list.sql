-- name: legal_limit_list   rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  regime text, valid_from date, amount integer, currency text, rule text, source text, reviewer text
SELECT r.regime, r.valid_from, r.amount, r.currency, r.rule, r.source, r.reviewer
FROM legal_limit r
ORDER BY r.regime, r.valid_from
