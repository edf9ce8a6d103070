-- name: verify_books       rows: many
-- set:  admin
-- in:   $1 carrier text, $2 most integer
-- out:  carrier text
-- Whose book of policies there may be: of every carrier that is known or that a row names, and of all ('').
SELECT b.carrier
FROM (SELECT k.code AS carrier FROM carrier k
      UNION SELECT coalesce(p.carrier, '') FROM policy p
      UNION SELECT h.carrier FROM desk_hours h
      UNION SELECT c.carrier FROM policy_change c
      UNION SELECT '') AS b
WHERE $1::text IS NULL OR b.carrier > $1
ORDER BY b.carrier
LIMIT $2
