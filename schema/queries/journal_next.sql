-- name: journal_next       rows: one
-- set:  writer
-- in:   none
-- out:  id bigint
SELECT nextval('journal_id_seq'::regclass) AS id;
