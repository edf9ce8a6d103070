-- SPDX-License-Identifier: Apache-2.0
-- bw_feed_listen: this session hears what bw_stamp of its own realm says: channel bagwatch_feed, of the test realm bagwatch_test_feed.
-- LISTEN takes no parameter, and one channel for both would wake every live feed at each batch of somebody's experiment.
CREATE OR REPLACE FUNCTION bw_feed_listen() RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('LISTEN %I', current_schema() || '_feed');
    RETURN current_schema() || '_feed';
END
$$;
REVOKE ALL ON FUNCTION bw_feed_listen() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bw_feed_listen() TO bagwatch_app;
