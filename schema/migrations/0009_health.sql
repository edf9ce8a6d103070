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
