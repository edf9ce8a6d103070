-- name: who_am_i   rows: one
-- set:  query
-- in:   none
-- out:  who text, logged text
SELECT current_user::text AS who, session_user::text AS logged
