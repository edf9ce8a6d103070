-- SPDX-License-Identifier: Apache-2.0
-- bw_epoch: the epoch of cursors rises when (system identifier, WAL timeline) differs from what is stored, and when asked to
-- (after a restore).  Both are read here, so that the caller cannot choose them.
CREATE OR REPLACE FUNCTION bw_epoch(p_rise boolean, p_keys_print text) RETURNS TABLE (epoch integer, keys_known text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_state    feed_state%ROWTYPE;
    v_system   text;
    v_timeline integer;
BEGIN
    SELECT * INTO STRICT v_state FROM feed_state f WHERE f.one FOR UPDATE;
    SELECT s.system_identifier::text INTO v_system FROM pg_control_system() s;
    SELECT c.timeline_id INTO v_timeline FROM pg_control_checkpoint() c;
    IF p_rise OR v_state.system_id <> v_system OR v_state.timeline <> v_timeline THEN
        UPDATE feed_state f
        SET epoch = f.epoch + CASE WHEN v_state.system_id = '' AND NOT p_rise THEN 0 ELSE 1 END,
            system_id = v_system, timeline = v_timeline
        WHERE f.one;
    END IF;
    UPDATE feed_state f SET keys_print = p_keys_print WHERE f.one AND f.keys_print IS NULL;
    RETURN QUERY SELECT f.epoch, f.keys_print FROM feed_state f WHERE f.one;
END
$$;
REVOKE ALL ON FUNCTION bw_epoch(boolean, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_epoch(boolean, text) TO bagwatch_app;
