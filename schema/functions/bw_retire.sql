-- SPDX-License-Identifier: Apache-2.0
-- bw_retire: deletes rows of a class whose time is over, p_most at the most; returns how many, and counts them for that UTC day.
-- Runs as its owner: the serving role may add to these tables and not take away from them.  Classes and periods: retention.def.
CREATE OR REPLACE FUNCTION bw_retire(p_class text, p_before timestamptz, p_most integer, p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_gone bigint := 0;
    v_more bigint;
BEGIN
    CASE p_class
    WHEN 'telegram-parts' THEN
        DELETE FROM telegram_part t USING (SELECT p.series, p.part, p.content FROM telegram_part p
            WHERE p.whole_id IS NOT NULL AND p.received_at < p_before LIMIT p_most) AS o
        WHERE t.series = o.series AND t.part = o.part AND t.content = o.content;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
    WHEN 'transfer-lists' THEN
        DELETE FROM transfer_list t USING (SELECT l.ctid AS at FROM transfer_list l WHERE l.received_at < p_before LIMIT p_most) AS o
        WHERE t.ctid = o.at;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
    WHEN 'customer-links' THEN
        DELETE FROM case_link l USING (SELECT k.token_hash FROM case_link k JOIN case_file c ON c.bucket = k.case_bucket AND c.case_id = k.case_id
            WHERE c.closed_at < p_before LIMIT p_most) AS o
        WHERE l.token_hash = o.token_hash;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
    WHEN 'kept-answers' THEN
        DELETE FROM idempotency i USING (SELECT k.scope, k.key FROM idempotency k WHERE k.made_at < p_before LIMIT p_most) AS o
        WHERE i.scope = o.scope AND i.key = o.key;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
    WHEN 'sessions' THEN
        DELETE FROM session s USING (SELECT k.token_hash FROM session k WHERE k.ends_at < p_before LIMIT p_most) AS o
        WHERE s.token_hash = o.token_hash;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
    WHEN 'heartbeats' THEN
        DELETE FROM heartbeat WHERE last_at < p_before;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
    WHEN 'proposals' THEN
        DELETE FROM proposal p USING (SELECT k.id FROM proposal k WHERE k.made_at < p_before LIMIT p_most) AS o WHERE p.id = o.id;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
    WHEN 'read-logs' THEN
        DELETE FROM read_log r USING (SELECT k.bucket, k.case_id, k.id FROM read_log k WHERE k.at < p_before LIMIT p_most) AS o
        WHERE r.bucket = o.bucket AND r.case_id = o.case_id AND r.id = o.id;
        GET DIAGNOSTICS v_gone = ROW_COUNT;
        DELETE FROM lookup_log l USING (SELECT k.id FROM lookup_log k WHERE k.at < p_before LIMIT p_most) AS o WHERE l.id = o.id;
        GET DIAGNOSTICS v_more = ROW_COUNT;
        v_gone := v_gone + v_more;
        DELETE FROM dead_letter_look l USING (SELECT k.id FROM dead_letter_look k WHERE k.looked_at < p_before LIMIT p_most) AS o WHERE l.id = o.id;
        GET DIAGNOSTICS v_more = ROW_COUNT;
        v_gone := v_gone + v_more;
    END CASE;
    IF v_gone > 0 THEN
        INSERT INTO retention_day AS d (class, day, destroyed) VALUES (p_class, (p_now AT TIME ZONE 'UTC')::date, v_gone)
        ON CONFLICT (class, day) DO UPDATE SET destroyed = d.destroyed + excluded.destroyed;
    END IF;
    RETURN v_gone;
END
$$;
REVOKE ALL ON FUNCTION bw_retire(text, timestamptz, integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_retire(text, timestamptz, integer, timestamptz) TO bagwatch_app;
