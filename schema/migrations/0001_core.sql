-- SPDX-License-Identifier: Apache-2.0
-- 0001_core: the log, its keys, bags, promises, cases, doors.
-- min-program: 1
-- Final form of everything the log can never rewrite (design.md 3, 6, 7).  Bag-keyed tables carry `bucket` first in every
-- key (design.md 10); no triggers, no clock, no unique key without the bucket on them.

-- Reference data ---------------------------------------------------------------------------------------------------
CREATE TABLE carrier (
    code        text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]{2,3}$'),
    issuer      text CHECK (issuer ~ '^[0-9]{3}$'),
    name        text NOT NULL
);
CREATE INDEX carrier_issuer ON carrier (issuer);
COMMENT ON TABLE carrier IS 'Airlines we know by name. Codes that are missing here are accepted with a flag.';
COMMENT ON COLUMN carrier.issuer IS 'Three-digit baggage tag issuer code (Res 740).';

CREATE TABLE station (
    code        text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
    name        text NOT NULL,
    country     text NOT NULL,
    zone        text NOT NULL,
    latitude    double precision NOT NULL, longitude double precision NOT NULL
);
COMMENT ON TABLE station IS 'Airports with scheduled service; zone is an IANA name.';

CREATE TABLE policy (
    policy_id   uuid PRIMARY KEY,
    owed        text NOT NULL,
    carrier     text, station text, lane text, priority text,
    minutes     integer CHECK (minutes > 0),
    steps       integer[] NOT NULL,
    valid_from  timestamptz NOT NULL, told_at timestamptz NOT NULL,
    set_by      text NOT NULL
);
COMMENT ON TABLE policy IS 'How long an owed update may take. The defaults of domain.md 9.2 are compiled in and always exist; a row overrides one for a carrier, a station or a lane. Rows are only added: of one key the last told that has begun holds.';
COMMENT ON COLUMN policy.owed IS 'Row of promises.def.';
COMMENT ON COLUMN policy.minutes IS 'Time from opening to due; null: from then on no override under this key.';
COMMENT ON COLUMN policy.steps IS 'Minutes after due of levels 1, 2, 3, …; level 0 is at three quarters of the time.';
COMMENT ON COLUMN policy.priority IS 'Class of bags that it is for (CASE-12), or empty for all; it outranks carrier, station and lane.';
COMMENT ON COLUMN policy.lane IS 'ORIG-DEST, or empty for all.';

-- The log ----------------------------------------------------------------------------------------------------------
CREATE TABLE journal (
    id          bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    n           integer NOT NULL CHECK (n >= 0),
    recorded_at timestamptz NOT NULL,
    instance    text NOT NULL,
    leaves      bytea NOT NULL,
    seq         bigint UNIQUE,
    first_index bigint,
    stamped_at  timestamptz,
    CHECK (octet_length(leaves) = 32 * n),
    CHECK ((seq IS NULL) = (first_index IS NULL) AND (seq IS NULL) = (stamped_at IS NULL))
);
CREATE INDEX journal_unstamped ON journal (id) WHERE seq IS NULL;
CREATE INDEX journal_first_index ON journal (first_index) WHERE seq IS NOT NULL;
CREATE INDEX journal_stamped_at ON journal (stamped_at) WHERE seq IS NOT NULL;
COMMENT ON TABLE journal IS 'One row per committed batch, for ever. leaves = RFC 6962 leaf hashes of its events in order. The number of an event in the feed is first_index + its ordinal.';
COMMENT ON COLUMN journal.seq IS 'Gap-free order of committed batches, given by bw_stamp.';
COMMENT ON COLUMN journal.first_index IS 'Feed index of the first event of the batch, from 1; a batch without events shares its neighbour''s.';

CREATE TABLE feed_state (
    one         boolean PRIMARY KEY CHECK (one),
    last_seq    bigint NOT NULL,
    last_index  bigint NOT NULL,
    last_stamp  timestamptz NOT NULL,
    epoch       integer NOT NULL,
    system_id   text NOT NULL,
    timeline    integer NOT NULL,
    keys_print  text
);
COMMENT ON TABLE feed_state IS 'The one counter row. epoch rises when the system identifier or the WAL timeline changed, and at restore.';
COMMENT ON COLUMN feed_state.keys_print IS 'Fingerprint of the installation and master keys; a program with other keys refuses to start.';

CREATE TABLE feed_payload (
    slot        smallint NOT NULL,
    journal_id  bigint NOT NULL,
    entries     bytea COMPRESSION lz4 NOT NULL,
    PRIMARY KEY (slot, journal_id)
) PARTITION BY LIST (slot);
CREATE TABLE feed_payload_00 PARTITION OF feed_payload FOR VALUES IN (0); CREATE TABLE feed_payload_01 PARTITION OF feed_payload FOR VALUES IN (1);
CREATE TABLE feed_payload_02 PARTITION OF feed_payload FOR VALUES IN (2); CREATE TABLE feed_payload_03 PARTITION OF feed_payload FOR VALUES IN (3);
CREATE TABLE feed_payload_04 PARTITION OF feed_payload FOR VALUES IN (4); CREATE TABLE feed_payload_05 PARTITION OF feed_payload FOR VALUES IN (5);
CREATE TABLE feed_payload_06 PARTITION OF feed_payload FOR VALUES IN (6); CREATE TABLE feed_payload_07 PARTITION OF feed_payload FOR VALUES IN (7);
CREATE TABLE feed_payload_08 PARTITION OF feed_payload FOR VALUES IN (8); CREATE TABLE feed_payload_09 PARTITION OF feed_payload FOR VALUES IN (9);
CREATE TABLE feed_payload_10 PARTITION OF feed_payload FOR VALUES IN (10); CREATE TABLE feed_payload_11 PARTITION OF feed_payload FOR VALUES IN (11);
CREATE TABLE feed_payload_12 PARTITION OF feed_payload FOR VALUES IN (12); CREATE TABLE feed_payload_13 PARTITION OF feed_payload FOR VALUES IN (13);
CREATE TABLE feed_payload_14 PARTITION OF feed_payload FOR VALUES IN (14); CREATE TABLE feed_payload_15 PARTITION OF feed_payload FOR VALUES IN (15);
COMMENT ON TABLE feed_payload IS 'What readers of the stream are shown, one row per batch with events; slot = UTC day of recording modulo 16, truncated when older than feed.retention. entries = JSON texts, one a line.';

CREATE TABLE event_key (
    bucket      smallint NOT NULL,
    sender      text NOT NULL,
    event_id    text NOT NULL,
    ident       text NOT NULL,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    bag_bucket  smallint NOT NULL,
    bag_id      uuid NOT NULL,
    version     integer NOT NULL,
    CONSTRAINT event_key_pkey PRIMARY KEY (bucket, sender, event_id, ident)
);
COMMENT ON TABLE event_key IS 'Idempotency binds to what was sent: sender, event id and identity as sent. The row points to the event it became.';
COMMENT ON COLUMN event_key.ident IS 'kind, value and date as sent, e.g. plate:0125728359@2026-11-20.';
COMMENT ON COLUMN event_key.fingerprint IS 'HMAC-SHA256 under the installation key of the canonical fields without sent_at.';

CREATE TABLE event (
    bucket      smallint NOT NULL,
    bag_id      uuid NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    subject     text NOT NULL CHECK (subject IN ('bag', 'case', 'policy', 'account', 'mandate', 'flight', 'service')),
    uid         uuid NOT NULL,
    journal_id  bigint NOT NULL,
    ordinal     integer NOT NULL,
    code        text NOT NULL,
    sender      text NOT NULL,
    event_id    text NOT NULL,
    ident       text NOT NULL,
    carrier     text NOT NULL,
    source      text NOT NULL,
    order_at    timestamptz NOT NULL,
    rank        smallint NOT NULL,
    occurred_at timestamptz,
    time_kind   text NOT NULL CHECK (time_kind IN ('scan', 'origin', 'date')),
    time_type   text NOT NULL CHECK (time_type IN ('actual', 'estimated', 'planned')),
    offset_min  smallint,
    sent_at     timestamptz,
    skew_us     bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    station     text,
    place       text,
    flight      text,
    flight_date date,
    from_carrier text,
    to_carrier  text,
    reason      text,
    new_plate   text,
    data        text,
    replaces    text,
    raw_id      uuid,
    raw_first   integer,
    raw_last    integer,
    raw_commitment bytea,
    private_commitment bytea,
    outcome     text NOT NULL,
    flags       text[] NOT NULL,
    answer      text NOT NULL,
    leaf        bytea NOT NULL CHECK (octet_length(leaf) = 32),
    CONSTRAINT event_pkey PRIMARY KEY (bucket, bag_id, version)
);
CREATE INDEX event_journal ON event (journal_id, ordinal);
CREATE INDEX event_raw ON event (raw_id) WHERE raw_id IS NOT NULL;
CREATE INDEX event_ambiguous ON event (recorded_at) WHERE outcome = 'ambiguous'; CREATE INDEX event_watch ON event (bag_id, version) WHERE subject = 'bag' AND code IN ('WATCH_STARTED', 'WATCH_ENDED');
COMMENT ON TABLE event IS 'Everything that changes what anybody can see, for ever. No personal data: codes, plates, stations, carriers, flights, times and salted commitments only.';
COMMENT ON COLUMN event.bag_id IS 'The subject: a bag, or the case, policy or account that `subject` names.';
COMMENT ON COLUMN event.ident IS 'Identity as sent, as in event_key: a correction names an event by event id and identity.';
COMMENT ON COLUMN event.order_at IS 'First part of the order key (t, rank, carrier, uid).';
COMMENT ON COLUMN event.time_kind IS 'Where t comes from: the scan, the telegram''s origin line, or the flight date (untimed).';
COMMENT ON COLUMN event.occurred_at IS 'Skew taken out; null when untimed. sent_at and skew_us give the sender''s own reading back.';
COMMENT ON COLUMN event.data IS 'Code-specific fields without personal data, canonical JSON; part of the leaf.';
COMMENT ON COLUMN event.replaces IS 'JSON array of event ids (and identities where they differ) that a correction replaces.';
COMMENT ON COLUMN event.answer IS 'The after-state as answered, JSON, so that a repeated request gets the same answer.';

CREATE TABLE event_private (
    bucket      smallint NOT NULL,
    bag_id      uuid NOT NULL,
    version     integer NOT NULL,
    salt        bytea NOT NULL CHECK (octet_length(salt) = 16),
    key_id      uuid NOT NULL,
    nonce       bytea NOT NULL CHECK (octet_length(nonce) = 12),
    body        bytea NOT NULL,
    PRIMARY KEY (bucket, bag_id, version)
);
COMMENT ON TABLE event_private IS 'Free text and personal fields of an event, AES-256-GCM, AAD = uid and column. Deletable; the event keeps SHA-256(salt, canonical body).';

CREATE TABLE data_key (
    bucket      smallint NOT NULL,
    key_id      uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('bag', 'case', 'raw')),
    nonce       bytea NOT NULL,
    wrapped     bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (bucket, key_id)
);
COMMENT ON TABLE data_key IS 'Keys of bags and cases (key_id = their id) and of telegrams, wrapped by the master key. Deleting a row destroys what it sealed.';

CREATE TABLE raw_message (
    id          uuid PRIMARY KEY,
    received_at timestamptz NOT NULL,
    sender      text NOT NULL,
    commitment  bytea NOT NULL,
    salt        bytea NOT NULL,
    key_id      uuid NOT NULL,
    nonce       bytea NOT NULL,
    body        bytea NOT NULL,
    watched     boolean NOT NULL,
    destroyed_at timestamptz, blanked_at timestamptz
);
CREATE INDEX raw_message_perishable ON raw_message (received_at) WHERE NOT watched AND destroyed_at IS NULL;
COMMENT ON TABLE raw_message IS 'Telegrams as received, AES-256-GCM under a key of their own; events point into them by id and lines. Without a watched bag they die after 72 h: the key and the body go, the commitment stays.';
COMMENT ON COLUMN raw_message.blanked_at IS 'Since then the body is a copy without what it said of an erased file; commitment stays that of the text as received.';
COMMENT ON COLUMN raw_message.watched IS 'It names a bag that is watched or on a case, so it follows the case.';

CREATE TABLE dead_letter (
    id          uuid PRIMARY KEY,
    raw_id      uuid NOT NULL,
    sender      text NOT NULL,
    received_at timestamptz NOT NULL,
    ordinal     integer NOT NULL,
    first_line  integer NOT NULL,
    last_line   integer NOT NULL,
    smi         text,
    status      text NOT NULL,
    faults      text NOT NULL,
    carriers    text NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'replayed', 'dropped')),
    tried_at    timestamptz,
    tried_by    text, repaired_at timestamptz, repaired_by text, repair_id uuid
);
CREATE INDEX dead_letter_sender ON dead_letter (sender, received_at);
CREATE INDEX dead_letter_raw ON dead_letter (raw_id);
CREATE INDEX dead_letter_waiting ON dead_letter (received_at) WHERE state = 'waiting';
COMMENT ON TABLE dead_letter IS 'Telegrams or parts of them that could not be used. faults = JSON [{line, element, reason}], never the text itself.';
COMMENT ON COLUMN dead_letter.carriers IS 'For whom its sender could speak when it came, so that a replay says nothing for others.';
COMMENT ON COLUMN dead_letter.state IS 'replayed = the same text was used later; dropped = its text was destroyed unused.';

CREATE TABLE dead_letter_look (
    id          uuid PRIMARY KEY,
    letter_id   uuid NOT NULL,
    account     text NOT NULL,
    reason      text NOT NULL CHECK (reason IN ('repair', 'sender-asked', 'customer-asked', 'audit')),
    looked_at   timestamptz NOT NULL
);
CREATE INDEX dead_letter_look_letter ON dead_letter_look (letter_id, looked_at);
COMMENT ON TABLE dead_letter_look IS 'Who was shown the text of a dead letter, when, and why (CASE-07). Never changed.';

CREATE TABLE telegram_part (
    series      bytea NOT NULL CHECK (octet_length(series) = 32),
    part        smallint NOT NULL CHECK (part BETWEEN 1 AND 99),
    content     bytea NOT NULL CHECK (octet_length(content) = 32),
    sender      text NOT NULL,
    carriers    text NOT NULL,
    smi         text NOT NULL,
    raw_id      uuid NOT NULL,
    ordinal     integer NOT NULL,
    first_line  integer NOT NULL,
    last_line   integer NOT NULL,
    received_at timestamptz NOT NULL,
    whole_id    uuid,
    PRIMARY KEY (series, part, content)
);
CREATE INDEX telegram_part_received ON telegram_part (received_at);
COMMENT ON TABLE telegram_part IS 'Parts of telegrams: where each stands in its raw message. An incomplete series applies nothing; after 24 h its parts become dead letters.';
COMMENT ON COLUMN telegram_part.content IS 'HMAC of what the part says: the same part sent again is the same row.';
COMMENT ON COLUMN telegram_part.whole_id IS 'The raw message of the whole that it became part of.';

CREATE TABLE transfer_list (
    sender      text NOT NULL,
    station     text NOT NULL,
    flight      text NOT NULL,
    flight_date date NOT NULL,
    message     text NOT NULL,
    said_at     timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    late        boolean NOT NULL,
    bags        text[] NOT NULL,
    PRIMARY KEY (sender, station, flight, flight_date, message)
);
CREATE INDEX transfer_list_received ON transfer_list (received_at);
COMMENT ON TABLE transfer_list IS 'Which bags each BTM announced for an inbound flight at a station: a newer one replaces the older, an older one that comes late changes nothing (TYB-06).';
COMMENT ON COLUMN transfer_list.said_at IS 'Time of the origin line, else of receipt.';
COMMENT ON COLUMN transfer_list.late IS 'A newer list was there when it came: it changed nothing, and again changes nothing.';
COMMENT ON COLUMN transfer_list.bags IS 'Identity as sent, a blank, and the onward flight; no personal data.';

-- Bags -------------------------------------------------------------------------------------------------------------
CREATE TABLE bag (
    bucket      smallint NOT NULL,
    bag_id      uuid NOT NULL,
    version     integer NOT NULL,
    plate       text,
    short_plate text,
    travel_date date,
    made_at     timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    place       text NOT NULL, station text,
    custody     text NOT NULL,
    custodian   text,
    case_state  text NOT NULL,
    case_id     uuid,
    watched     boolean NOT NULL,
    last_seen_at timestamptz,
    last_news_at timestamptz,
    timeout_at  timestamptz, given_up_at timestamptz,
    joined_into uuid,
    members     uuid[] NOT NULL,
    events      integer NOT NULL,
    fold        bytea NOT NULL,
    CONSTRAINT bag_pkey PRIMARY KEY (bucket, bag_id)
) WITH (fillfactor = 70);
CREATE INDEX bag_timeout ON bag (timeout_at) WHERE timeout_at IS NOT NULL AND joined_into IS NULL;
CREATE INDEX bag_case ON bag (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX bag_given_up ON bag (given_up_at) WHERE given_up_at IS NOT NULL;
COMMENT ON TABLE bag IS 'The fold of a bag''s events; `fold` is the whole state, the other columns repeat what is searched for. Always equal to what the events give (bagwatchd verify).';
COMMENT ON COLUMN bag.fold IS 'Packed state; rewritten by every event, so pages keep room for it (fillfactor) and its index stays as it is.';
COMMENT ON COLUMN bag.given_up_at IS 'recorded_at of a bag whose file was closed without it, else null. No index names a column that every scan changes: such updates stay in their page (HOT).';
COMMENT ON COLUMN bag.timeout_at IS 'When a pending handover becomes disputed, or a bag at its destination that nobody asks for is unclaimed.';
COMMENT ON COLUMN bag.members IS 'Bags whose logs this bag''s fold merges (ALIAS_JOINED).';

CREATE TABLE alias (
    bucket      smallint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('plate', 'rush', 'short', 'ref', 'digits')),
    value       text NOT NULL,
    number      smallint NOT NULL,
    valid       daterange NOT NULL,
    twin        smallint NOT NULL,
    bag_bucket  smallint NOT NULL,
    bag_id      uuid NOT NULL,
    CONSTRAINT alias_number PRIMARY KEY (bucket, kind, value, number),
    CONSTRAINT alias_window EXCLUDE USING gist (bucket WITH =, kind WITH =, value WITH =, twin WITH =, valid WITH &&)
        WHERE (kind IN ('plate', 'rush'))
);
CREATE INDEX alias_of_bag ON alias (bag_id);
COMMENT ON TABLE alias IS 'Plates and rush plates name one bag per window of days; short plates, file references and the six digits of a plate with a file may name several.';
COMMENT ON COLUMN alias.bucket IS 'Bucket of this identity, not of the bag.';
COMMENT ON COLUMN alias.number IS 'Which window of this value, from 0: of two that add one at once, knowing the same windows, the second clashes here, whatever the days. It comes first among the keys: an exclusion constraint alone lets two writers wait for each other.';

CREATE TABLE promise (
    bucket      smallint NOT NULL,
    bag_id      uuid NOT NULL,
    promise_id  uuid NOT NULL,
    subject     text NOT NULL CHECK (subject IN ('bag', 'case')),
    kind        text NOT NULL CHECK (kind IN ('place', 'case', 'claim', 'ask')),
    owed        text NOT NULL,
    debtor      text NOT NULL,
    creditor    text NOT NULL,
    station     text,
    handoff_from text, for_carrier text,
    basis       text NOT NULL,
    policy      text NOT NULL,
    opened_at   timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    yardstick_at timestamptz NOT NULL,
    opened_version integer NOT NULL,
    opened_journal bigint NOT NULL,
    opened_ordinal integer NOT NULL,
    offset_min  smallint NOT NULL, unconfirmed boolean NOT NULL,
    level       smallint NOT NULL,
    next_level_at timestamptz,
    closed_at   timestamptz,
    closed_why  text CHECK (closed_why IN ('met', 'confirmed', 'searched', 'replanned', 'superseded', 'moved', 'outage', 'waiting')),
    closed_uid  uuid,
    closed_version integer,
    closed_journal bigint,
    closed_ordinal integer,
    CONSTRAINT promise_pkey PRIMARY KEY (bucket, bag_id, promise_id),
    CHECK ((closed_at IS NULL) = (closed_why IS NULL)),
    CHECK (closed_at IS NULL OR next_level_at IS NULL)
);
CREATE INDEX promise_open ON promise (bucket, bag_id) WHERE closed_at IS NULL;
CREATE INDEX promise_next ON promise (next_level_at) WHERE next_level_at IS NOT NULL;
CREATE INDEX promise_debtor ON promise (debtor, due_at) WHERE closed_at IS NULL;
CREATE INDEX promise_due ON promise (due_at);
COMMENT ON TABLE promise IS 'Who owes what to whom (whose the file is now) by when. Never moved: a new due time closes one row and opens another, so the report can be computed as of any index.';
COMMENT ON COLUMN promise.level IS 'Highest level raised; -1 none yet, 0 reminder at three quarters, 1 due, 2 = +2 h, 3 = +6 h, then daily.';
COMMENT ON COLUMN promise.yardstick_at IS 'When it would have been due by the default of domain.md 9.2.';
COMMENT ON COLUMN promise.basis IS 'What the promise hangs on (a flight and date, a window); another basis makes another promise; for_carrier = in whose place the debtor asks and reports (CLK-16).';

-- Cases ------------------------------------------------------------------------------------------------------------
CREATE TABLE case_file (
    bucket      smallint NOT NULL,
    case_id     uuid NOT NULL,
    version     integer NOT NULL,
    ref         text NOT NULL CHECK (ref ~ '^[A-Z]{3}[A-Z0-9]{2}[0-9]{5}$'),
    state       text NOT NULL,
    owner       text NOT NULL,
    station     text NOT NULL,
    opened_at   timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    closed_at   timestamptz, erased_at timestamptz,
    timeout_at  timestamptz,
    fold        bytea NOT NULL,
    sealed_key  uuid NOT NULL,
    sealed_nonce bytea NOT NULL,
    sealed      bytea NOT NULL,
    reason_nonce bytea, reason bytea,
    CONSTRAINT case_file_pkey PRIMARY KEY (bucket, case_id)
);
CREATE INDEX case_file_open ON case_file (station) WHERE state = 'OPEN';
CREATE INDEX case_timeout ON case_file (timeout_at) WHERE timeout_at IS NOT NULL;
CREATE INDEX case_file_closed ON case_file (closed_at) WHERE closed_at IS NOT NULL AND erased_at IS NULL;
COMMENT ON TABLE case_file IS 'The delayed-bag file: one for all carriers of the journey.';
COMMENT ON COLUMN case_file.erased_at IS 'Its personal data were destroyed: sealed is empty, its key, search row and private texts are gone.';
COMMENT ON COLUMN case_file.sealed IS 'Passenger, contacts, addresses, what is in the bags, as JSON under the case''s own key (AAD = case id and column).';
COMMENT ON COLUMN case_file.reason IS 'Why the bag cannot wait (CASE-12), sealed in the same way; emptied by whatever closes the file.';
COMMENT ON COLUMN case_file.timeout_at IS 'When an offered hand-over goes back to the owner; null while none waits for its answer.';
CREATE TABLE case_ref (
    bucket      smallint NOT NULL,
    ref         text NOT NULL,
    case_id     uuid NOT NULL,
    case_bucket smallint NOT NULL,
    PRIMARY KEY (bucket, ref)
);
COMMENT ON TABLE case_ref IS 'A file reference names one case within its life and is never reused.';
CREATE TABLE case_counter (
    station     text NOT NULL,
    carrier     text NOT NULL,
    last        integer NOT NULL,
    PRIMARY KEY (station, carrier)
);
COMMENT ON TABLE case_counter IS 'Last five-digit number given per station and carrier; starts at 10000.';

CREATE TABLE case_bag (
    bucket      smallint NOT NULL,
    case_id     uuid NOT NULL,
    ordinal     smallint NOT NULL,
    bag_bucket  smallint NOT NULL,
    bag_id      uuid NOT NULL,
    PRIMARY KEY (bucket, case_id, ordinal)
);
CREATE INDEX case_bag_bag ON case_bag (bag_id);

CREATE TABLE case_search (
    bucket      smallint NOT NULL,
    case_id     uuid NOT NULL,
    opened_at   timestamptz NOT NULL,
    carriers    text[] NOT NULL,
    names       text NOT NULL,
    description text NOT NULL,
    town        text NOT NULL,
    terms       tsvector NOT NULL,
    phone       bytea,
    phone_last7 bytea,
    phone_last4 bytea,
    mail        bytea,
    pnr         bytea,
    PRIMARY KEY (bucket, case_id)
);
CREATE INDEX case_search_terms ON case_search USING gin (carriers, terms) WITH (fastupdate = off);
CREATE INDEX case_search_opened ON case_search (opened_at);
CREATE INDEX case_search_phone ON case_search (phone, opened_at) WHERE phone IS NOT NULL;
CREATE INDEX case_search_last7 ON case_search (phone_last7, opened_at) WHERE phone_last7 IS NOT NULL;
CREATE INDEX case_search_last4 ON case_search (phone_last4, opened_at) WHERE phone_last4 IS NOT NULL;
CREATE INDEX case_search_mail ON case_search (mail, opened_at) WHERE mail IS NOT NULL;
CREATE INDEX case_search_pnr ON case_search (pnr, opened_at) WHERE pnr IS NOT NULL;
COMMENT ON TABLE case_search IS 'The only place where names, description and town stand in clear (folded). Phone, mail and PNR are HMACs cut to 8 bytes.';
COMMENT ON COLUMN case_search.carriers IS 'Who searches it as its own: every carrier of its bags'' journeys, its owner and its opener; * stands for those who see every carrier.';
COMMENT ON COLUMN case_search.terms IS 'Words of the name as they are, of description and town after =, beginnings after ^, surnames with a letter left out after ~, flights after @ (include/bw/domain/terms.h).';

CREATE TABLE case_link (
    token_hash  bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    case_bucket smallint NOT NULL,
    case_id     uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('main', 'companion')),
    language    text,
    made_at     timestamptz NOT NULL,
    ends_at     timestamptz,
    revoked_at  timestamptz
);
CREATE INDEX case_link_case ON case_link (case_id);
CREATE INDEX case_link_revoked ON case_link (revoked_at) WHERE revoked_at IS NOT NULL;
COMMENT ON TABLE case_link IS 'Customer links: SHA-256 of a token of 128 random bits; the token itself is never stored.';

CREATE TABLE proposal (
    id          uuid PRIMARY KEY,
    made_at     timestamptz NOT NULL,
    sender      text NOT NULL,
    carrier     text NOT NULL,
    bag_bucket  smallint NOT NULL,
    bag_id      uuid NOT NULL,
    plate       text NOT NULL,
    flight      text,
    flight_date date,
    from_station text NOT NULL,
    to_station  text NOT NULL,
    case_id     uuid NOT NULL,
    ref         text NOT NULL,
    owner       text NOT NULL,
    case_bag_bucket smallint NOT NULL,
    case_bag_id uuid NOT NULL,
    case_plate  text,
    why         text NOT NULL CHECK (why IN ('pnr', 'name', 'route')),
    refused_at  timestamptz,
    refused_by  text
);
CREATE INDEX proposal_bag ON proposal (bag_id);
CREATE INDEX proposal_made ON proposal (made_at) WHERE refused_at IS NULL;
COMMENT ON TABLE proposal IS 'A RUSH BSM that may be about the bag of an open case: for staff to confirm by joining the two records, or to refuse (TYB-02). It changes nothing by itself.';
COMMENT ON COLUMN proposal.why IS 'What fits, the strongest first: the booking, the surname and destination, or the way it goes alone.';

-- Doors ------------------------------------------------------------------------------------------------------------
CREATE TABLE organisation (
    code        text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]{2,12}$'),
    name        text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('carrier', 'handler', 'courier', 'auditor', 'operator')),
    made_at     timestamptz NOT NULL
);
COMMENT ON TABLE organisation IS 'Every account and key belongs to one; a carrier''s code is its own.';

CREATE TABLE api_key (
    key_id      uuid PRIMARY KEY,
    token_hash  bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    prefix      text NOT NULL,
    last4       text NOT NULL,
    organisation text NOT NULL REFERENCES organisation,
    realm       text NOT NULL CHECK (realm IN ('live', 'test')),
    carriers    text[] NOT NULL,
    scopes      text[] NOT NULL,
    cidrs       cidr[] NOT NULL,
    made_at     timestamptz NOT NULL,
    expires_at  timestamptz,
    revoked_at  timestamptz,
    last_used_at timestamptz
);
COMMENT ON TABLE api_key IS 'Sender keys; SHA-256 at rest, shown once.';

CREATE TABLE account (
    account_id  uuid PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    organisation text NOT NULL REFERENCES organisation,
    carriers    text[] NOT NULL,
    role        text NOT NULL CHECK (role IN ('scanner', 'agent', 'supervisor', 'auditor', 'carrier-admin', 'admin')),
    password    text NOT NULL,
    made_at     timestamptz NOT NULL,
    disabled_at timestamptz,
    totp_nonce  bytea CHECK (octet_length(totp_nonce) = 12),
    totp_sealed bytea CHECK (octet_length(totp_sealed) = 48),
    totp_on_at  timestamptz,
    totp_step   bigint NOT NULL DEFAULT 0,
    CONSTRAINT account_totp CHECK ((totp_nonce IS NULL) = (totp_sealed IS NULL) AND (totp_on_at IS NULL OR totp_sealed IS NOT NULL))
);
COMMENT ON COLUMN account.totp_sealed IS 'Secret of the one-time codes (RFC 6238), wrapped by the master key; from totp_on_at it is asked for at log-in.';
COMMENT ON COLUMN account.totp_step IS 'The newest step whose code was used: a code is good once.';

CREATE TABLE session (
    token_hash  bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    account_id  uuid NOT NULL REFERENCES account,
    csrf        text NOT NULL,
    made_at     timestamptz NOT NULL, used_at timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL, revoked_at timestamptz
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_revoked ON session (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE mandate (
    mandate_id  uuid PRIMARY KEY,
    carrier     text NOT NULL REFERENCES organisation,
    sender      text NOT NULL REFERENCES organisation,
    stations text[] NOT NULL, codes text[] NOT NULL,
    valid_from date, valid_until date,
    made_at timestamptz NOT NULL, revoked_at timestamptz,
    version smallint NOT NULL CHECK (version IN (1, 2) AND (version = 2) = (revoked_at IS NOT NULL)),
    CHECK (sender <> carrier AND valid_from <= valid_until)
);
CREATE INDEX mandate_sender ON mandate (sender);
CREATE INDEX mandate_carrier ON mandate (carrier);
COMMENT ON TABLE mandate IS 'What a carrier lets another organisation say in its name (SEC-10). No station or no code named = every one. version = events of its own log: granted, revoked.';
COMMENT ON COLUMN mandate.valid_from IS 'First and last day, UTC, of what is spoken of; null = open.';

CREATE TABLE mandate_change (
    change_id   uuid PRIMARY KEY,
    mandate_id  uuid NOT NULL REFERENCES mandate,
    at          timestamptz NOT NULL,
    account_id  uuid NOT NULL REFERENCES account,
    before text, after text NOT NULL
);
CREATE INDEX mandate_change_of ON mandate_change (mandate_id, at);
CREATE INDEX mandate_change_at ON mandate_change (at);
COMMENT ON TABLE mandate_change IS 'Each grant and revocation, for ever, beside its event (change_id = uid): by which account, and the mandate before and after as JSON.';

CREATE TABLE heartbeat (
    sender text NOT NULL, station text NOT NULL,
    last_at timestamptz NOT NULL, skew_us bigint NOT NULL, times bigint NOT NULL,
    PRIMARY KEY (sender, station)
);
COMMENT ON TABLE heartbeat IS 'When a sender last said that it is alive at a station and has nothing to say (ING-17); its silence is measured from here and from its events (CLK-12).';
COMMENT ON COLUMN heartbeat.skew_us IS 'Its clock minus ours at that moment, where it said the time; else 0.';

CREATE TABLE idempotency (
    scope       text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    made_at     timestamptz NOT NULL,
    status      smallint,
    headers     text,
    body        bytea, about text,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_made ON idempotency (made_at);
CREATE INDEX idempotency_about ON idempotency (about) WHERE about IS NOT NULL;
COMMENT ON COLUMN idempotency.about IS 'Reference of the file that the answer is about; erasing it empties the answer.';
COMMENT ON TABLE idempotency IS 'Idempotency-Key of POSTs that create something other than events; kept 7 days; status null while running.';

CREATE TABLE duty_cursor (
    duty        text PRIMARY KEY,
    cursor      bigint NOT NULL,
    ran_at      timestamptz NOT NULL, instance text NOT NULL
);
COMMENT ON TABLE duty_cursor IS 'One row per duty; locked by whoever runs it.';

INSERT INTO feed_state (one, last_seq, last_index, last_stamp, epoch, system_id, timeline, keys_print)
VALUES (true, 0, 0, '1970-01-01 00:00:00+00', 1, '', 0, NULL);
