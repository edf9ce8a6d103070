-- SPDX-License-Identifier: Apache-2.0
-- 0006_flights: flights of a day and their times, which bags are to fly on them, files that a rule proposes (CLK-03, CLK-20, CASE-02).
-- min-program: 1
CREATE TABLE flight (
    flight_id   uuid PRIMARY KEY,
    flight      text NOT NULL,
    flight_date date NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    origin      text, destination text,
    operating   text,
    codeshares  text[] NOT NULL,
    departs_scheduled timestamptz, departs_estimated timestamptz, departs_actual timestamptz,
    arrives_scheduled timestamptz, arrives_estimated timestamptz, arrives_actual timestamptz,
    cancelled   boolean NOT NULL,
    told_by     text NOT NULL,
    told_at     timestamptz NOT NULL,
    look_at     timestamptz,
    CONSTRAINT flight_number UNIQUE (flight, flight_date)
);
CREATE INDEX flight_look ON flight (look_at) WHERE look_at IS NOT NULL;
COMMENT ON TABLE flight IS 'Times of a flight as last told, under the number by which they were told. version = events of its own log.';
COMMENT ON COLUMN flight.flight_date IS 'Day of departure, where it departs.';
COMMENT ON COLUMN flight.operating IS 'Carrier that flies it and owes; null where nobody told.';
COMMENT ON COLUMN flight.look_at IS 'When its bags are to be looked at next: at once after new times, then when it is gone; null when nothing is left to look for.';

CREATE TABLE flight_name (
    name        text NOT NULL,
    flight_date date NOT NULL,
    flight_id   uuid NOT NULL,
    own         boolean NOT NULL,
    PRIMARY KEY (name, flight_date, flight_id)
);
CREATE INDEX flight_name_of ON flight_name (flight_id);
COMMENT ON TABLE flight_name IS 'A flight''s own number and its codeshares: whichever a bag has leads to its times.';

CREATE TABLE bag_flight (
    bucket      smallint NOT NULL,
    bag_id      uuid NOT NULL,
    flight      text NOT NULL,
    flight_date date NOT NULL,
    PRIMARY KEY (bucket, bag_id, flight, flight_date)
);
CREATE INDEX bag_flight_of ON bag_flight (flight, flight_date);
COMMENT ON TABLE bag_flight IS 'Dated flights that a bag was to be on or was on, as far as was ever told: where to look when a flight''s times change or it leaves. What holds now stands in the bag''s fold.';

CREATE TABLE case_proposal (
    id          uuid PRIMARY KEY,
    made_at     timestamptz NOT NULL,
    why         text NOT NULL CHECK (why IN ('missed-connection')),
    bag_bucket  smallint NOT NULL,
    bag_id      uuid NOT NULL,
    plate       text,
    owner       text NOT NULL,
    station     text,
    flight      text,
    flight_date date,
    lands_at    timestamptz,
    decided_at  timestamptz,
    decided_by  text,
    reason      text,
    ref         text,
    CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (reason IS NULL OR ref IS NULL))
);
CREATE INDEX case_proposal_owner ON case_proposal (owner, made_at);
CREATE INDEX case_proposal_bag ON case_proposal (bag_id);
COMMENT ON TABLE case_proposal IS 'Bags that a rule found before anybody asked for them: a file for the carrier that would own it to open or to dismiss (CASE-02).';
COMMENT ON COLUMN case_proposal.lands_at IS 'When the passenger lands, as far as flight times say: until then the customer is to be told.';
COMMENT ON COLUMN case_proposal.reason IS 'Why it was dismissed; ref = the file that was opened instead.';
