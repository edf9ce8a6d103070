-- SPDX-License-Identifier: Apache-2.0
-- bw_realm_wipe: makes the test realm anew once the oldest of it is from p_before or earlier (ING-15); answers the new epoch, or 0.
-- Every table of the schema is emptied, whatever tables there are by then, but what was migrated and the feed's one row: its
-- epoch rises, so that every reader of the old feed is reset.  This file is run for the test realm alone, so that no function that
-- empties a log stands in the live schema; it looks where it is all the same.
CREATE OR REPLACE FUNCTION bw_realm_wipe(p_before timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_tables text;
    v_epoch  integer;
BEGIN
    IF right(current_schema(), 5) <> '_test' THEN
        RAISE EXCEPTION 'only a test realm is wiped, and % is none', current_schema();
    END IF;
    PERFORM FROM feed_state f WHERE f.one FOR UPDATE;
    -- journal.id rises with time; heartbeats are the one thing that may be there before any batch
    IF NOT coalesce((SELECT j.recorded_at FROM journal j ORDER BY j.id LIMIT 1) <= p_before, false)
       AND NOT coalesce((SELECT min(h.last_at) FROM heartbeat h) <= p_before, false) THEN
        RETURN 0;
    END IF;
    SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY c.relname) INTO v_tables
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND c.relname NOT IN ('schema_migration', 'feed_state');
    EXECUTE 'TRUNCATE ' || v_tables || ' RESTART IDENTITY';
    UPDATE feed_state f SET last_seq = 0, last_index = 0, last_stamp = '1970-01-01 00:00:00+00', epoch = f.epoch + 1
    WHERE f.one RETURNING f.epoch INTO v_epoch;
    PERFORM pg_notify(current_schema() || '_feed', '');
    RETURN v_epoch;
END
$$;
REVOKE ALL ON FUNCTION bw_realm_wipe(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_realm_wipe(timestamptz) TO bagwatch_app;
