-- SPDX-License-Identifier: Apache-2.0
-- The embedded server's owner role: makes the other two at `migrate up`, owns the database, is no superuser.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'bagwatch_owner') THEN
        CREATE ROLE bagwatch_owner LOGIN CREATEROLE;
    END IF;
END
$$;
