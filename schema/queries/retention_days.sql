-- name: retention_days     rows: many
-- set:  query
-- in:   $1 first date, $2 last date      index: retention_day_pkey
-- out:  class text, destroyed bigint
SELECT d.class, sum(d.destroyed)::bigint AS destroyed FROM retention_day d WHERE d.day BETWEEN $1 AND $2 GROUP BY d.class ORDER BY d.class;
