-- name: journal_insert     rows: count
-- set:  writer
-- in:   $1 id bigint, $2 n integer, $3 recorded_at timestamptz, $4 instance text, $5 leaves bytea
-- out:  none
INSERT INTO journal (id, n, recorded_at, instance, leaves) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5);
