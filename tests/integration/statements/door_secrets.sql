-- name: door_secrets   rows: many
-- set:  admin
-- in:   none
-- out:  text text
SELECT k::text AS text FROM api_key k UNION ALL SELECT s::text FROM session s UNION ALL SELECT l::text FROM case_link l
UNION ALL SELECT a::text FROM account a UNION ALL SELECT i::text FROM idempotency i
