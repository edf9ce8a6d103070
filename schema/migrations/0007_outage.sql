-- SPDX-License-Identifier: Apache-2.0
-- 0007_outage: the pulse of each instance, and the times when none could take updates (CLK-13).
-- min-program: 1
CREATE TABLE pulse (
    instance    text PRIMARY KEY,
    beat_at     timestamptz NOT NULL
);
COMMENT ON TABLE pulse IS 'When each instance was last able to take updates, written every few seconds; a gap in all of them is an outage of ours.';

CREATE TABLE outage (
    outage_id   uuid PRIMARY KEY,
    began_at    timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL,
    found_by    text NOT NULL,
    moved_at    timestamptz,
    CHECK (ended_at > began_at)
);
CREATE INDEX outage_ended ON outage (ended_at);
CREATE INDEX outage_pending ON outage (began_at) WHERE moved_at IS NULL;
COMMENT ON TABLE outage IS 'Times when we could not take updates, beside their OUTAGE events. Until moved_at no level of any promise is raised: what fell due then is being put off.';
COMMENT ON COLUMN outage.outage_id IS 'Made from began_at, so that of several instances that find it one stores it.';
