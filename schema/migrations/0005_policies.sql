-- SPDX-License-Identifier: Apache-2.0
-- 0005_policies: who changed which policy (CLK-02).
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
