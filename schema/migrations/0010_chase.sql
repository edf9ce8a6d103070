-- SPDX-License-Identifier: Apache-2.0
-- 0010_chase: who can be told what it owes (CLK-16); what is told of a missed promise, to whom (CLK-15).
-- min-program: 1
CREATE INDEX api_key_organisation ON api_key (organisation);
CREATE INDEX account_organisation ON account (organisation);
CREATE INDEX event_level ON event (journal_id, ordinal) WHERE code IN ('PROMISE_REMINDED', 'PROMISE_MISSED');

CREATE TABLE chaser (
    chaser_id   uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('debtor', 'desk', 'supervisors', 'customer')),
    receiver    text NOT NULL,
    debtor      text NOT NULL,
    station     text NOT NULL,
    level       smallint NOT NULL,
    channel     text NOT NULL CHECK (channel IN ('webhook', 'mail', 'telegram', 'page')),
    promises    uuid[] NOT NULL, subjects uuid[] NOT NULL,
    readers     text[] NOT NULL,
    body        text NOT NULL,
    made_at     timestamptz NOT NULL,
    not_before  timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('ready', 'sent', 'given_up'))
);
CREATE INDEX chaser_group ON chaser (kind, receiver, debtor, station, level, not_before);
CREATE INDEX chaser_ready ON chaser (not_before) WHERE state = 'ready';
CREATE INDEX chaser_made ON chaser (made_at, chaser_id);
CREATE INDEX chaser_readers ON chaser USING gin (readers);
CREATE INDEX chaser_subjects ON chaser USING gin (subjects);
COMMENT ON TABLE chaser IS 'What is told of promises that fell due, rendered, one row a message: at most one a receiver, debtor, station and level in 15 minutes (CLK-15). Whoever sends takes rows that are ready from not_before on; until then further promises come into the same message. No personal data.';
COMMENT ON COLUMN chaser.receiver IS 'A carrier, or of kind customer the case; whoever sends looks up where to.';
COMMENT ON COLUMN chaser.readers IS 'The carriers that owe what it names and those to which it is owed: their staff read in a list what was told.';
COMMENT ON COLUMN chaser.subjects IS 'Of each promise the bag or case that it is about.';
COMMENT ON COLUMN chaser.channel IS 'page: a customer, who is told by the means that the file names and in its language.';

CREATE TABLE chaser_wish (
    carrier     text PRIMARY KEY,
    channel     text NOT NULL CHECK (channel IN ('webhook', 'mail', 'telegram')),
    address     text CHECK (address ~ '^[A-Z0-9]{7}$'),
    set_by      text NOT NULL,
    set_at      timestamptz NOT NULL,
    CHECK (channel <> 'telegram' OR address IS NOT NULL)
);
COMMENT ON TABLE chaser_wish IS 'How a carrier wishes to be told; without a row by mail. address: where its telegrams go.';
