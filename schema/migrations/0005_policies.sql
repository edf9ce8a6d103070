-- SPDX-License-Identifier: Apache-2.0
-- 0005_policies: who changed which policy, and open hours of desks (CLK-02, CLK-17).
-- min-program: 1
CREATE TABLE policy_change (
    change_id   uuid PRIMARY KEY,
    carrier     text NOT NULL,
    at          timestamptz NOT NULL,
    account_id  uuid NOT NULL REFERENCES account,
    before text, after text NOT NULL
);
CREATE INDEX policy_change_at ON policy_change (carrier, at);
COMMENT ON TABLE policy_change IS 'Each change of a carrier''s policies, for ever, beside its event (change_id = uid): by which account, and what was told under that key before and after, as JSON.';
COMMENT ON COLUMN policy_change.carrier IS 'Whose book was changed; empty: what holds for every carrier.';

CREATE TABLE desk_hours (
    hours_id    uuid PRIMARY KEY,
    carrier     text NOT NULL, station text NOT NULL,
    week        integer[],
    dates       date[] NOT NULL,
    date_minutes integer[] NOT NULL,
    valid_from  timestamptz NOT NULL, told_at timestamptz NOT NULL,
    set_by      text NOT NULL
);
COMMENT ON TABLE desk_hours IS 'When a carrier''s desk at a station is open (CLK-17), in the station''s own time. Rows are only added: of one desk the last told that has begun holds; of a desk without any nothing is known, and it counts as always open.';
COMMENT ON COLUMN desk_hours.week IS 'Triples: day (0 = Monday), from and until in minutes of that day; until may lie on the next day. Null: from then on always open.';
COMMENT ON COLUMN desk_hours.date_minutes IS 'From and until of each of dates, in the weekday''s stead; the same twice: closed.';
