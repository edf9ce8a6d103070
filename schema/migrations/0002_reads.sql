-- SPDX-License-Identifier: Apache-2.0
-- 0002_reads: who was shown what is personal, and who looked outside his own carriers (CASE-07, AUD-10, SEC-14).
-- min-program: 1
CREATE TABLE read_log (
    bucket      smallint NOT NULL,
    case_id     uuid NOT NULL,
    id          uuid NOT NULL,
    at          timestamptz NOT NULL,
    reader      uuid NOT NULL,
    name        text NOT NULL,
    organisation text NOT NULL,
    role        text NOT NULL,
    shown       text[] NOT NULL,
    why         text NOT NULL,
    holds_until timestamptz,
    PRIMARY KEY (bucket, case_id, id)
);
CREATE INDEX read_log_reveal ON read_log (bucket, case_id, reader, holds_until) WHERE holds_until IS NOT NULL;
COMMENT ON TABLE read_log IS 'Who was shown what is personal in a file, when, and why (CASE-07). Never changed; holds nothing of the passenger, and stays when the file is erased.';
COMMENT ON COLUMN read_log.shown IS 'Classes of data (sight.h), never the data.';
COMMENT ON COLUMN read_log.holds_until IS 'Of a reason that was given (AUD-10): until when it opens the file for this reader.';

CREATE TABLE lookup_log (
    id          uuid PRIMARY KEY,
    at          timestamptz NOT NULL,
    reader      uuid NOT NULL REFERENCES account,
    name        text NOT NULL,
    organisation text NOT NULL,
    kind        text NOT NULL,
    value       text NOT NULL,
    why         text NOT NULL
);
CREATE INDEX lookup_log_reader ON lookup_log (reader, at);
CREATE INDEX lookup_log_organisation ON lookup_log (organisation, at);
COMMENT ON TABLE lookup_log IS 'Looks outside one''s own carriers, by an exact plate or reference and for a reason (SEC-14). Never changed; the hourly limit is counted here, for all instances.';
