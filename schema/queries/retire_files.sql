-- name: retire_files       rows: many
-- set:  duties
-- in:   $1 before timestamptz, $2 most integer      index: case_file_closed
-- out:  ref text
SELECT c.ref FROM case_file c WHERE c.closed_at < $1 AND c.erased_at IS NULL ORDER BY c.closed_at, c.ref LIMIT $2;
