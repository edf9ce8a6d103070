-- SPDX-License-Identifier: Apache-2.0
-- bw_raw_perish: destroys the texts of telegrams that are 72 hours old and name no bag that is watched or on a case that still
-- stands: an erased file keeps none (TYB-11, CASE-06).
-- The key goes first, so that copies of the row are worth nothing; row and commitment stay, so that the log's leaves can still be
-- checked and a proof can say when the text was destroyed.  Runs as its owner: the serving role cannot change what was received.
CREATE OR REPLACE FUNCTION bw_raw_perish(p_now timestamptz, p_most integer, OUT destroyed integer, OUT kept integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_old      uuid[];
    v_followed uuid[];
BEGIN
    SELECT coalesce(array_agg(o.id), '{}') INTO v_old
    FROM (SELECT r.id FROM raw_message r
          WHERE NOT r.watched AND r.destroyed_at IS NULL AND r.received_at < p_now - interval '72 hours'
          ORDER BY r.received_at LIMIT p_most FOR UPDATE SKIP LOCKED) AS o;
    SELECT coalesce(array_agg(DISTINCT e.raw_id), '{}') INTO v_followed
    FROM event e
    JOIN bag b ON b.bucket = e.bucket AND b.bag_id = e.bag_id
    LEFT JOIN bag s ON s.bucket = get_byte(uuid_send(b.joined_into), 15) AND s.bag_id = b.joined_into
    LEFT JOIN case_file bf ON bf.bucket = get_byte(uuid_send(b.case_id), 15) AND bf.case_id = b.case_id
    LEFT JOIN case_file sf ON sf.bucket = get_byte(uuid_send(s.case_id), 15) AND sf.case_id = s.case_id
    WHERE e.raw_id = ANY (v_old)
      AND (CASE WHEN b.case_id IS NULL THEN b.watched ELSE bf.erased_at IS NULL END
           OR (s.bag_id IS NOT NULL AND CASE WHEN s.case_id IS NULL THEN s.watched ELSE sf.erased_at IS NULL END));
    UPDATE raw_message SET watched = true WHERE id = ANY (v_followed);
    DELETE FROM data_key k USING raw_message r
    WHERE r.id = ANY (v_old) AND NOT r.watched AND k.bucket = get_byte(uuid_send(r.key_id), 15) AND k.key_id = r.key_id;
    UPDATE raw_message SET body = '', destroyed_at = p_now WHERE id = ANY (v_old) AND NOT watched;
    GET DIAGNOSTICS destroyed = ROW_COUNT;
    UPDATE dead_letter SET state = 'dropped'
    WHERE state = 'waiting' AND raw_id IN (SELECT r.id FROM raw_message r WHERE r.id = ANY (v_old) AND NOT r.watched);
    kept := coalesce(array_length(v_followed, 1), 0);
END
$$;
REVOKE ALL ON FUNCTION bw_raw_perish(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_raw_perish(timestamptz, integer) TO bagwatch_app;
