-- SPDX-License-Identifier: Apache-2.0
-- 0003_keeping: what was destroyed because its time was over (reliability.md P5).
-- min-program: 1
CREATE TABLE retention_day (
    class       text NOT NULL,
    day         date NOT NULL,
    destroyed   bigint NOT NULL,
    PRIMARY KEY (class, day)
);
COMMENT ON TABLE retention_day IS 'How much of each class of data was destroyed on each UTC day; never says what.';
