-- SPDX-License-Identifier: Apache-2.0
-- grants: what the serving role may do.  It can add to the log and never change it (AUD-09, R Z6).
-- The realm's schema is the current one: scripts name none.
DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO bagwatch_app, bagwatch_report', current_schema());
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM bagwatch_app, bagwatch_report', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO bagwatch_app', current_schema());
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO bagwatch_app', current_schema());
END
$$;
GRANT INSERT ON journal, feed_payload, event_key, event, event_private, data_key, raw_message, dead_letter, bag, alias, promise,
    case_file, case_ref, case_counter, case_bag, case_search, case_link, api_key, account, session, idempotency, duty_cursor,
    organisation, policy, dead_letter_look, retention_day, telegram_part, transfer_list, proposal, mandate, mandate_change, heartbeat,
    read_log, lookup_log, attachment, policy_change, desk_hours
    TO bagwatch_app;
GRANT UPDATE (revoked_at, version) ON mandate TO bagwatch_app;
GRANT UPDATE ON bag, alias, promise, case_file, case_counter, case_search, case_link, dead_letter, api_key, account, session,
    idempotency, duty_cursor, data_key, telegram_part, proposal, heartbeat, retention_day TO bagwatch_app;
GRANT DELETE ON idempotency, telegram_part TO bagwatch_app;
GRANT INSERT, UPDATE ON flight, case_proposal TO bagwatch_app;
GRANT INSERT ON bag_flight TO bagwatch_app;
GRANT INSERT, DELETE ON flight_name TO bagwatch_app;
GRANT SELECT ON carrier, station, journal, promise, bag, case_bag, event, feed_state, organisation, policy, desk_hours TO bagwatch_report;
GRANT INSERT ON pulse, outage TO bagwatch_app;
GRANT UPDATE, DELETE ON pulse TO bagwatch_app;
GRANT UPDATE (moved_at) ON outage TO bagwatch_app;
GRANT SELECT ON outage TO bagwatch_report;
GRANT INSERT ON sender_feed, feed_silence, disruption, disruption_window TO bagwatch_app;
GRANT UPDATE ON sender_feed, feed_silence, listening, disruption TO bagwatch_app;
GRANT SELECT ON sender_feed, feed_silence, disruption, disruption_window TO bagwatch_report;
GRANT INSERT, UPDATE ON chaser, chaser_wish TO bagwatch_app;
