-- name: search_contact     rows: many
-- set:  query
-- in:   $1 carriers text[], $2 phone bytea, $3 last7 bytea, $4 last4 bytea, $5 mail bytea, $6 pnr bytea, $7 budget integer, $8 most integer
--       index: case_search_phone
-- out:  why text, case_id uuid, opened_at timestamptz
-- Cases by the keyed hashes of contacts; a hash that is NULL finds nothing.  Of each the newest `budget` are looked through.
SELECT f.why, f.case_id, f.opened_at
FROM (
    (SELECT 'phone' AS why, s.case_id, s.opened_at
     FROM (SELECT c.case_id, c.opened_at, c.carriers FROM case_search c WHERE c.phone = $2 ORDER BY c.opened_at DESC LIMIT $7) AS s
     WHERE s.carriers && $1 ORDER BY s.opened_at DESC LIMIT $8)
    UNION ALL
    (SELECT 'phone7' AS why, s.case_id, s.opened_at
     FROM (SELECT c.case_id, c.opened_at, c.carriers FROM case_search c WHERE c.phone_last7 = $3 ORDER BY c.opened_at DESC LIMIT $7) AS s
     WHERE s.carriers && $1 ORDER BY s.opened_at DESC LIMIT $8)
    UNION ALL
    (SELECT 'phone4' AS why, s.case_id, s.opened_at
     FROM (SELECT c.case_id, c.opened_at, c.carriers FROM case_search c WHERE c.phone_last4 = $4 ORDER BY c.opened_at DESC LIMIT $7) AS s
     WHERE s.carriers && $1 ORDER BY s.opened_at DESC LIMIT $8)
    UNION ALL
    (SELECT 'mail' AS why, s.case_id, s.opened_at
     FROM (SELECT c.case_id, c.opened_at, c.carriers FROM case_search c WHERE c.mail = $5 ORDER BY c.opened_at DESC LIMIT $7) AS s
     WHERE s.carriers && $1 ORDER BY s.opened_at DESC LIMIT $8)
    UNION ALL
    (SELECT 'pnr' AS why, s.case_id, s.opened_at
     FROM (SELECT c.case_id, c.opened_at, c.carriers FROM case_search c WHERE c.pnr = $6 ORDER BY c.opened_at DESC LIMIT $7) AS s
     WHERE s.carriers && $1 ORDER BY s.opened_at DESC LIMIT $8)
) AS f
ORDER BY f.opened_at DESC, f.case_id, f.why;
