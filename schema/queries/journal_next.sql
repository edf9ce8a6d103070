-- name: journal_next       rows: one
-- set:  writer
-- in:   none
-- out:  id bigint
SELECT nextval(pg_get_serial_sequence('journal', 'id')) AS id;
