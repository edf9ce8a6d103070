-- name: migration_lock       rows: one
-- set:  boot, migrate
-- in:   none
-- out:  locked text
-- Held to the end of the transaction, never by the session: an orphaned session would keep it for hours (reliability.md F9).
SELECT pg_advisory_xact_lock(x'62616777'::integer, 1)::text AS locked
