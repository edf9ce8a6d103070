-- SPDX-License-Identifier: Apache-2.0
-- bw_erase_case: destroys what is personal of one file (CASE-06, reliability.md P4).  Keys go first, so that copies of rows are
-- worth nothing.  The log is left alone: commitments, events and their leaves stay what they were (AUD-08).
-- Runs as its owner, since the serving role cannot change what was received, and only for a file whose CASE_ERASED stands in
-- the log already, in the same transaction: nothing is destroyed without an event that says so.  Telegrams are taken only
-- where they name the file's bags, or where no event hangs on them.
CREATE OR REPLACE FUNCTION bw_erase_case(p_now timestamptz, p_bucket smallint, p_case uuid, p_ref text, p_bags uuid[],
                                         p_until timestamptz[], p_raw uuid[], p_key_nonce bytea[], p_wrapped bytea[],
                                         p_nonce bytea[], p_body bytea[], p_destroyed uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_gone  uuid[];
    v_count bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM event e WHERE e.bucket = p_bucket AND e.bag_id = p_case AND e.code = 'CASE_ERASED') THEN
        RAISE EXCEPTION 'file % has no CASE_ERASED', p_ref;
    END IF;
    DELETE FROM data_key k WHERE k.bucket = p_bucket AND k.key_id = p_case;
    DELETE FROM data_key k USING unnest(p_bags, p_until) AS w (bag_id, until)
    WHERE w.until IS NULL AND k.bucket = get_byte(uuid_send(w.bag_id), 15) AND k.key_id = w.bag_id;

    -- Parts of a telegram have a copy of their own, which nothing needs once the whole was read.
    SELECT coalesce(array_agg(DISTINCT g.id), '{}') INTO v_gone
    FROM (SELECT d.id FROM unnest(p_destroyed) AS d (id)
          UNION ALL
          SELECT t.raw_id FROM telegram_part t WHERE t.whole_id = ANY (p_raw)) AS g (id)
    WHERE NOT EXISTS (SELECT FROM event e WHERE e.raw_id = g.id);
    DELETE FROM data_key k USING raw_message r
    WHERE r.id = ANY (v_gone) AND k.bucket = get_byte(uuid_send(r.key_id), 15) AND k.key_id = r.key_id;
    UPDATE raw_message SET body = '', destroyed_at = p_now WHERE id = ANY (v_gone) AND destroyed_at IS NULL;
    UPDATE dead_letter SET state = 'dropped' WHERE state = 'waiting' AND raw_id = ANY (v_gone);

    UPDATE data_key k SET nonce = w.key_nonce, wrapped = w.wrapped, created_at = p_now
    FROM unnest(p_raw, p_key_nonce, p_wrapped) AS w (id, key_nonce, wrapped), raw_message r
    WHERE r.id = w.id AND k.bucket = get_byte(uuid_send(r.key_id), 15) AND k.key_id = r.key_id
      AND (EXISTS (SELECT FROM event e WHERE e.raw_id = r.id AND e.bag_id = ANY (p_bags))
           OR EXISTS (SELECT FROM dead_letter d WHERE d.raw_id = r.id));
    UPDATE raw_message r SET nonce = w.nonce, body = w.body, blanked_at = p_now
    FROM unnest(p_raw, p_nonce, p_body) AS w (id, nonce, body)
    WHERE r.id = w.id AND r.destroyed_at IS NULL
      AND (EXISTS (SELECT FROM event e WHERE e.raw_id = r.id AND e.bag_id = ANY (p_bags))
           OR EXISTS (SELECT FROM dead_letter d WHERE d.raw_id = r.id));

    DELETE FROM event_private p WHERE p.bucket = p_bucket AND p.bag_id = p_case;
    DELETE FROM event_private p USING unnest(p_bags, p_until) AS w (bag_id, until), event e
    WHERE p.bucket = get_byte(uuid_send(w.bag_id), 15) AND p.bag_id = w.bag_id
      AND e.bucket = p.bucket AND e.bag_id = p.bag_id AND e.version = p.version AND (w.until IS NULL OR e.recorded_at < w.until);
    DELETE FROM attachment a WHERE a.bucket = p_bucket AND a.case_id = p_case; -- the sweep takes the sealed files
    DELETE FROM case_search s WHERE s.bucket = p_bucket AND s.case_id = p_case;
    UPDATE case_link SET revoked_at = coalesce(revoked_at, p_now) WHERE case_id = p_case;
    UPDATE idempotency SET body = '', headers = NULL WHERE about = p_ref;
    UPDATE case_file SET sealed = '', sealed_nonce = '', reason = NULL, reason_nonce = NULL, erased_at = coalesce(erased_at, p_now)
    WHERE bucket = p_bucket AND case_id = p_case;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION bw_erase_case(timestamptz, smallint, uuid, text, uuid[], timestamptz[], uuid[], bytea[], bytea[], bytea[],
                                     bytea[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_erase_case(timestamptz, smallint, uuid, text, uuid[], timestamptz[], uuid[], bytea[], bytea[], bytea[],
                                        bytea[], uuid[]) TO bagwatch_app;
