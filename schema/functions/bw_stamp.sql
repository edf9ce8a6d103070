-- SPDX-License-Identifier: Apache-2.0
-- bw_stamp: numbers committed journal rows, gap-free, in one order (design.md 3, "One feed").
-- The counter row is locked first; the stamping runs in the function's next statement, whose snapshot is younger than the
-- lock.  (The one-statement form with a try-lock left holes in a trial.)  One empty NOTIFY when anything was stamped, on the
-- realm's own channel (bw_feed_listen).
CREATE OR REPLACE FUNCTION bw_stamp(p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_state  feed_state%ROWTYPE;
    v_rows   bigint;
    v_newest timestamptz;
    v_stamp  timestamptz;
    v_seq    bigint;
    v_index  bigint;
BEGIN
    SELECT * INTO STRICT v_state FROM feed_state WHERE one FOR UPDATE;
    SELECT count(*), max(j.recorded_at) INTO v_rows, v_newest FROM journal j WHERE j.seq IS NULL;
    IF v_rows = 0 THEN
        RETURN v_state.last_index;
    END IF;
    -- One wild clock must not pin stamped_at: at most ten seconds after the newest row that is stamped.
    v_stamp := greatest(least(p_now, v_newest + interval '10 seconds'), v_state.last_stamp);
    WITH todo AS (
        SELECT j.id,
               v_state.last_seq + row_number() OVER (ORDER BY j.id) AS seq,
               v_state.last_index + 1
                   + coalesce(sum(j.n) OVER (ORDER BY j.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first_index
        FROM journal j
        WHERE j.seq IS NULL
    ), done AS (
        UPDATE journal j SET seq = t.seq, first_index = t.first_index, stamped_at = v_stamp
        FROM todo t WHERE j.id = t.id
        RETURNING j.seq, j.first_index + j.n - 1 AS last_index
    )
    SELECT max(d.seq), max(d.last_index) INTO v_seq, v_index FROM done d;
    UPDATE feed_state SET last_seq = v_seq, last_index = v_index, last_stamp = v_stamp WHERE one;
    PERFORM pg_notify(current_schema() || '_feed', '');
    RETURN v_index;
END
$$;
REVOKE ALL ON FUNCTION bw_stamp(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_stamp(timestamptz) TO bagwatch_app;
