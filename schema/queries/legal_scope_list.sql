-- name: legal_scope_list   rows: many
-- set:  query, duties, admin
-- in:   none
-- out:  regime text, kind text, code text, valid_from date, valid_until date, reviewer text
SELECT r.regime, r.kind, r.code, r.valid_from, r.valid_until, r.reviewer
FROM legal_scope r
ORDER BY r.regime, r.kind, r.code, r.valid_from
