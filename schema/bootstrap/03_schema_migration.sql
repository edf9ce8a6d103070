-- SPDX-License-Identifier: Apache-2.0
-- What was applied to this realm.
SET ROLE bagwatch_owner;
CREATE TABLE IF NOT EXISTS schema_migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum bytea NOT NULL CHECK (octet_length(checksum) = 32),
    min_program integer NOT NULL,
    applied_at timestamptz NOT NULL
);
COMMENT ON TABLE schema_migration IS 'Migrations applied to this realm, one row each; written by bagwatchd migrate.';
COMMENT ON COLUMN schema_migration.number IS 'The number before the underscore of the file name.';
COMMENT ON COLUMN schema_migration.name IS 'File name without .sql.';
COMMENT ON COLUMN schema_migration.checksum IS 'SHA-256 of the file as it was applied.';
COMMENT ON COLUMN schema_migration.min_program IS 'Lowest program schema number that may still run after it.';
COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied.';
GRANT SELECT ON schema_migration TO bagwatch_app, bagwatch_report;
RESET ROLE;
