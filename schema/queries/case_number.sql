-- name: case_number        rows: one
-- set:  query, admin
-- in:   $1 station text, $2 carrier text      index: case_counter_pkey
-- out:  last integer
INSERT INTO case_counter AS c (station, carrier, last) VALUES ($1, $2, 10001)
ON CONFLICT (station, carrier) DO UPDATE SET last = c.last + 1
RETURNING c.last;
