-- SPDX-License-Identifier: Apache-2.0
-- bw_feed_trim: empties the slots of feed_payload that are older than the retention (7 days, at most 14). No DDL at run time.
-- Slot s is kept when it is one of today's and the p_days days before, in UTC.
CREATE OR REPLACE FUNCTION bw_feed_trim(p_now timestamptz, p_days integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_day   bigint := floor(extract(epoch FROM p_now) / 86400);
    v_days  integer := least(greatest(p_days, 1), 14);
    v_slot  integer;
    v_found boolean;
    v_gone  integer := 0;
BEGIN
    FOR v_slot IN 0..15 LOOP
        -- tomorrow's slot is kept too: another instance may be a second ahead
        CONTINUE WHEN ((v_day + 1 - v_slot) % 16 + 16) % 16 <= v_days + 1;
        EXECUTE format('SELECT EXISTS (SELECT FROM feed_payload_%s)', lpad(v_slot::text, 2, '0')) INTO v_found;
        IF v_found THEN
            EXECUTE format('TRUNCATE feed_payload_%s', lpad(v_slot::text, 2, '0'));
            v_gone := v_gone + 1;
        END IF;
    END LOOP;
    RETURN v_gone;
END
$$;
REVOKE ALL ON FUNCTION bw_feed_trim(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_feed_trim(timestamptz, integer) TO bagwatch_app;
