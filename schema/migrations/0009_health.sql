-- SPDX-License-Identifier: Apache-2.0
-- 0009_health: which feeds are alive, and when they were silent (CLK-12).
-- min-program: 1
CREATE TABLE listening (
    one         boolean PRIMARY KEY CHECK (one),
    seq         bigint NOT NULL,
    beat_at     timestamptz NOT NULL,
    ran_at      timestamptz NOT NULL,
    since       timestamptz NOT NULL
);
INSERT INTO listening (one, seq, beat_at, ran_at, since)
VALUES (true, 0, '1970-01-01 00:00:00+00', '1970-01-01 00:00:00+00', '1970-01-01 00:00:00+00');
COMMENT ON TABLE listening IS 'How far the log and the heartbeats were listened to; locked by whichever instance does it.';
COMMENT ON COLUMN listening.seq IS 'Of the journal: what is behind it was not counted yet.';
COMMENT ON COLUMN listening.since IS 'Since when we have listened without a break: a silence while nobody could be heard is ours.';

CREATE TABLE sender_feed (
    feed_id     uuid PRIMARY KEY,
    sender      text NOT NULL,
    station     text NOT NULL,
    carriers    text[] NOT NULL,
    last_at     timestamptz NOT NULL,
    look_at     timestamptz,
    fold        bytea NOT NULL,
    version     integer NOT NULL,
    silent_from timestamptz,
    CONSTRAINT sender_feed_of UNIQUE (sender, station)
);
CREATE INDEX sender_feed_look ON sender_feed (look_at) WHERE look_at IS NOT NULL;
COMMENT ON TABLE sender_feed IS 'What a sender says at a station by key or telegram, and its heartbeats: when it was last heard, and what is usual for each hour of the week (fold: 168 counts of minutes and of weeks).';
COMMENT ON COLUMN sender_feed.carriers IS 'For whom it has spoken there, with a mandate where it is another.';
COMMENT ON COLUMN sender_feed.look_at IS 'When its silence becomes an incident, or at once where one is over; null: never as far as known.';
COMMENT ON COLUMN sender_feed.version IS 'Events of its own log (FEED_SILENT): odd while an incident stands.';
COMMENT ON COLUMN sender_feed.silent_from IS 'Its last sign of life before the incident that stands.';

CREATE TABLE feed_silence (
    feed_id     uuid NOT NULL REFERENCES sender_feed,
    version     integer NOT NULL,
    sender      text NOT NULL,
    station     text NOT NULL,
    carriers    text[] NOT NULL,
    from_at     timestamptz NOT NULL,
    raised_at   timestamptz NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (feed_id, version)
);
CREATE INDEX feed_silence_ended ON feed_silence (ended_at);
COMMENT ON TABLE feed_silence IS 'Every incident of a silent feed: what the report marks breaches by. version = the event that told it.';
COMMENT ON COLUMN feed_silence.ended_at IS 'When it was heard again (recorded time); null while it stands.';

-- Disruptions (CLK-14) ---------------------------------------------------------------------------------------------
CREATE TABLE disruption (
    disruption_id uuid PRIMARY KEY,
    version     integer NOT NULL,
    station     text NOT NULL,
    carriers    text[] NOT NULL,
    cause       text NOT NULL,
    state       text NOT NULL CHECK (state IN ('PROPOSED', 'DECLARED', 'CONFIRMED', 'ENDED')),
    bags        integer NOT NULL,
    told_at     timestamptz NOT NULL,
    told_by     text NOT NULL,
    from_at     timestamptz,
    until_at    timestamptz NOT NULL,
    asked_until timestamptz,
    asked_by    text,
    confirmed_by text,
    ended_at    timestamptz,
    ended_why   text CHECK (ended_why IN ('over', 'lapsed', 'ended')),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL) AND (state = 'ENDED') = (ended_at IS NOT NULL))
);
CREATE INDEX disruption_open ON disruption (station) WHERE ended_at IS NULL;
CREATE INDEX disruption_told ON disruption (told_at);
COMMENT ON TABLE disruption IS 'Storms: so many bags at one station at once that what is owed there is put off in stages. version = events of its own log (DISRUPTION).';
COMMENT ON COLUMN disruption.carriers IS 'Whose duties it puts off; none named = everybody''s.';
COMMENT ON COLUMN disruption.from_at IS 'Since when the time that it holds for now is in force: what was put off before may be put off once more. Null: it waits for a second person.';
COMMENT ON COLUMN disruption.until_at IS 'When it ends by itself; on the word of one person an hour after that.';
COMMENT ON COLUMN disruption.asked_until IS 'For how long it was asked; in force once a second person (not asked_by) confirms. Null: nothing waits.';
COMMENT ON COLUMN disruption.bags IS 'How many bags the rule counted that proposed it; 0: a person told it.';

CREATE TABLE disruption_window (
    disruption_id uuid NOT NULL REFERENCES disruption,
    version     integer NOT NULL,
    station     text NOT NULL,
    carriers    text[] NOT NULL,
    from_at     timestamptz NOT NULL,
    until_at    timestamptz NOT NULL,
    PRIMARY KEY (disruption_id, version)
);
CREATE INDEX disruption_window_until ON disruption_window (until_at);
COMMENT ON TABLE disruption_window IS 'From when until when each word made a disruption hold, for ever: what the report is printed with and without.';

CREATE INDEX promise_station ON promise (station, due_at) WHERE closed_at IS NULL AND kind = 'place';
