-- name: erase_letters      rows: many
-- set:  query, admin, duties
-- in:   $1 raw_id uuid      index: dead_letter_raw
-- out:  first_line integer, last_line integer
SELECT d.first_line, d.last_line FROM dead_letter d WHERE d.raw_id = $1 ORDER BY d.first_line;
