-- SPDX-License-Identifier: Apache-2.0
-- bw_end_standing: writers' sessions that stand in the midst of a transaction and wait for the rest of it: each one's name, and whether it was
-- ended now, because it is one of p_seen, those that stood the same way when the caller looked before.
-- A process that is paused while it sends a transaction in one piece leaves a session that is busy, not idle, so that no limit of the server's
-- ends it: it keeps its locks until the process goes on (measured, PostgreSQL 15).  Others' levels wait for it (CLK-05, reliability.md 7, 27).
CREATE OR REPLACE FUNCTION bw_end_standing(p_seen text[]) RETURNS TABLE (session text, ended boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT s.session, CASE WHEN s.session = ANY (p_seen) THEN pg_terminate_backend(s.pid) ELSE false END
    FROM (SELECT a.pid, a.pid || ' ' || a.backend_start || ' ' || a.state_change AS session
          FROM pg_stat_activity a
          WHERE a.datname = current_database() AND a.application_name ~ '^(test )?writer ' AND a.state = 'active'
            AND a.wait_event = 'ClientRead' AND a.xact_start IS NOT NULL
          ORDER BY a.pid LIMIT 32) AS s
$$;
REVOKE ALL ON FUNCTION bw_end_standing(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_end_standing(text[]) TO bagwatch_app;
