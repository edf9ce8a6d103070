-- SPDX-License-Identifier: Apache-2.0
-- 0012_legal: the law's dates as data (CLK-10): rules, limits, and for which countries and carriers they hold.
-- min-program: 1
CREATE TABLE legal_rule (
    rule_id     text PRIMARY KEY,
    regime      text NOT NULL CHECK (regime IN ('montreal', 'eu', 'us')),
    grants      text NOT NULL CHECK (grants IN ('damage', 'delay', 'not-come', 'action', 'bag-fee')),
    amount      integer NOT NULL CHECK (amount BETWEEN 1 AND 3650),
    unit        text NOT NULL CHECK (unit IN ('hours', 'days', 'years')),
    counts_from text NOT NULL CHECK (counts_from IN ('received', 'at-disposal', 'due-arrival', 'deplaned')),
    trip        text NOT NULL CHECK (trip IN ('any', 'domestic', 'short', 'long')),
    rule        text NOT NULL,
    valid_from  date NOT NULL,
    valid_until date,
    source      text NOT NULL,
    reviewer    text,
    CHECK (valid_from <= valid_until)
);
COMMENT ON TABLE legal_rule IS 'What a passenger may claim and until when. A rule without a reviewer is shown with "check with the airline".';
COMMENT ON COLUMN legal_rule.trip IS 'us: inside the country, or from or to it with a last flight of at most (short) or more than (long) 12 hours.';
COMMENT ON COLUMN legal_rule.valid_from IS 'First day of arrival that it holds for.';
COMMENT ON COLUMN legal_rule.source IS 'Where the rule was read.';
CREATE TABLE legal_limit (
    regime      text NOT NULL CHECK (regime IN ('montreal', 'eu', 'us')),
    valid_from  date NOT NULL,
    amount      integer NOT NULL CHECK (amount > 0),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    rule        text NOT NULL,
    source      text NOT NULL,
    reviewer    text,
    PRIMARY KEY (regime, valid_from)
);
COMMENT ON TABLE legal_limit IS 'The most a carrier owes a passenger for baggage, from a day of arrival on until the next row; XDR are special drawing rights.';
CREATE TABLE legal_scope (
    regime      text NOT NULL CHECK (regime IN ('montreal', 'eu', 'us')),
    kind        text NOT NULL CHECK (kind IN ('country', 'carrier')),
    code        text NOT NULL,
    valid_from  date NOT NULL,
    valid_until date,
    source      text NOT NULL,
    reviewer    text,
    PRIMARY KEY (regime, kind, code, valid_from)
);
COMMENT ON TABLE legal_scope IS 'Which countries (ISO 3166) and carriers a regime holds for. What is not here is not known, never "does not hold".';
