-- SPDX-License-Identifier: Apache-2.0
-- Roles, extensions and the realm's schema.  Run at every `migrate up`, as who connects; everything is "where missing".
-- The realm's name comes in setting bagwatch.schema.  Reason: design.md 7, reliability.md 3.3 (limits per role).
DO $$
DECLARE
    realm text := current_setting('bagwatch.schema');
    wanted text;
    r record;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['bagwatch_owner', 'bagwatch_app', 'bagwatch_report'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
        IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', wanted, current_user);
        END IF;
    END LOOP;

    -- Limits for sessions that log in as the role; sessions that SET ROLE bring the same ones themselves.
    -- Where we may not alter roles (a managed server), the sessions' own settings do alone.
    BEGIN
        FOR r IN SELECT * FROM (VALUES
            ('bagwatch_app', 'statement_timeout', '5s'), ('bagwatch_report', 'statement_timeout', '60s'),
            ('bagwatch_app', 'lock_timeout', '2s'), ('bagwatch_report', 'lock_timeout', '2s'),
            ('bagwatch_app', 'idle_in_transaction_session_timeout', '5s'),
            ('bagwatch_report', 'idle_in_transaction_session_timeout', '60s'),
            ('bagwatch_app', 'tcp_keepalives_idle', '10'), ('bagwatch_app', 'tcp_keepalives_interval', '5'),
            ('bagwatch_app', 'tcp_keepalives_count', '2'), ('bagwatch_app', 'tcp_user_timeout', '15000'),
            ('bagwatch_app', 'client_connection_check_interval', '2000')) AS v (role_name, setting, value)
        LOOP
            IF NOT EXISTS (SELECT 1 FROM pg_roles p, unnest(p.rolconfig) AS c (line)
                           WHERE p.rolname = r.role_name AND c.line = r.setting || '=' || r.value) THEN
                EXECUTE format('ALTER ROLE %I SET %s = %L', r.role_name, r.setting, r.value);
            END IF;
        END LOOP;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END;

    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION bagwatch_owner', realm);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO bagwatch_app, bagwatch_report', realm);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', realm);
END
$$;
