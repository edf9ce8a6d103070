/* SPDX-License-Identifier: Apache-2.0 */
/* event.h - one statement about a bag or a case, normalised, and its order key.
 * Pure values in fixed arrays, so that batches and histories are plain memory.  Layer: domain.  Threads: any.
 * Source: design.md 3 (order key, uid, leaf), 8 (event in). */
#ifndef BW_DOMAIN_EVENT_H
#define BW_DOMAIN_EVENT_H

#include "bw/base/arena.h"
#include "bw/base/crypto.h"
#include "bw/base/json_in.h"
#include "bw/base/json_out.h"
#include "bw/domain/code.h"
#include "bw/domain/event_data.h"
#include "bw/domain/identity.h"

enum bw_subject {
    BW_SUBJECT_BAG,
    BW_SUBJECT_CASE,
    BW_SUBJECT_POLICY,
    BW_SUBJECT_ACCOUNT,
    BW_SUBJECT_MANDATE,
    BW_SUBJECT_FLIGHT,
    BW_SUBJECT_SERVICE, /* Bagwatch itself and what is wrong at a station: outages, silent feeds, storms */
    BW_SUBJECT_MAX
};
enum bw_time_type { BW_ACTUAL, BW_ESTIMATED, BW_PLANNED };
/* Where t of the order key comes from. */
enum bw_time_kind { BW_T_SCAN, BW_T_ORIGIN, BW_T_DAY }; /* scan, telegram origin line, flight date (untimed) */
enum bw_source { BW_SRC_JSON, BW_SRC_TYPEB, BW_SRC_COURIER, BW_SRC_STAFF, BW_SRC_CUSTOMER, BW_SRC_SYSTEM };
/* Words as stored and sent: "bag", "actual", "scan", "json", …; the _from forms read them back. */
const char *bw_subject_word(enum bw_subject s);
const char *bw_time_type_word(enum bw_time_type t);
const char *bw_time_kind_word(enum bw_time_kind k);
const char *bw_source_word(enum bw_source s);
BW_MUST_USE bool bw_subject_from(struct bw_str word, enum bw_subject *ret);
BW_MUST_USE bool bw_time_type_from(struct bw_str word, enum bw_time_type *ret);
BW_MUST_USE bool bw_time_kind_from(struct bw_str word, enum bw_time_kind *ret);
BW_MUST_USE bool bw_source_from(struct bw_str word, enum bw_source *ret);

enum bw_outcome {
    BW_OUT_ACCEPTED,
    BW_OUT_DUPLICATE,
    BW_OUT_LATE,
    BW_OUT_CONTRADICTING,
    BW_OUT_AMBIGUOUS,
    BW_OUT_IMPLAUSIBLE,
    BW_OUT_CORRECTED,
    BW_OUT_MOOT, /* a time-out whose condition no longer holds: nothing is stored */
    BW_OUT_MAX
};
const char *bw_outcome_word(enum bw_outcome o);
BW_MUST_USE bool bw_outcome_from(struct bw_str word, enum bw_outcome *ret);

enum bw_event_flag {
    BW_FL_LATE_24H = 1 << 0, /* occurred more than 24 h before it was recorded */
    BW_FL_UNKNOWN_STATION = 1 << 1,
    BW_FL_UNKNOWN_CARRIER = 1 << 2,
    BW_FL_UNKNOWN_ISSUER = 1 << 3,
    BW_FL_DST_FOLD = 1 << 4,
    BW_FL_DST_GAP = 1 << 5,
    BW_FL_NOT_FOLDED = 1 << 6,
    BW_FL_ORDER_BY_RECEIPT = 1 << 7,
    BW_FL_UNTIMED = 1 << 8,
    BW_FL_NO_TRANSFER_OUT = 1 << 9, /* acquired without the giver's word */
    BW_FL_OUTSIDE_JOURNEY = 1 << 10,
    BW_FL_SKEW = 1 << 11,         /* the device's clock was off by more than 2 minutes */
    BW_FL_FAULTY_PARTS = 1 << 12, /* the telegram had faults beside this bag */
    BW_FL_NO_EFFECT = 1 << 13,    /* kept for the record; the state tables name no change for it */
    BW_FL_NO_MANDATE = 1 << 14,   /* said for a carrier that has not allowed it: at most a sighting (SEC-10) */
    BW_FL_OTHER_ISSUER = 1 << 15, /* under a short plate with the letters of another carrier (BAG-11) */
};
#define BW_EVENT_FLAGS 16
const char *bw_event_flag_word(unsigned bit_index); /* "late_24h", "unknown_station", … */
unsigned bw_event_flag_from(struct bw_str word);    /* 0 when unknown */

/* Position in the one order of a bag's events. */
struct bw_order {
    bw_time t;
    int16_t rank;
    char carrier[4];
    struct bw_uuid uid;
};
int bw_order_cmp(const struct bw_order *a, const struct bw_order *b);

#define BW_SENDER_TEXT 33
#define BW_EVENT_ID 65
/* What the whole history makes of an event now; found for readers, never stored. */
enum bw_mark {
    BW_MARK_TAKEN_BACK = 1, /* a correction names it */
    BW_MARK_POSSIBLE = 2,   /* a sighting that cannot be, and nothing bears it out (BAG-11) */
};

struct bw_event {
    /* what was sent */
    char sender[BW_SENDER_TEXT];
    char event_id[BW_EVENT_ID];
    struct bw_ident ident;
    enum bw_event_code code;
    enum bw_source source;
    enum bw_time_type time_type;
    enum bw_time_kind time_kind;
    bw_time occurred_at; /* skew taken out; BW_TIME_NONE when untimed */
    int16_t offset_min;  /* of occurred_at as sent */
    bw_time sent_at;     /* BW_TIME_NONE when not sent */
    int64_t skew_us;     /* device clock minus ours, as taken out */
    char carrier[4];     /* for whom it speaks; "" for customers and Bagwatch */
    char station[4];
    char place[41 * 4]; /* at most 40 code points */
    char flight[BW_FLIGHT];
    bw_date flight_date;
    char from_carrier[4], to_carrier[4];
    char reason[24];
    char new_plate[11];
    struct bw_event_data data;
    struct bw_str replaces;     /* canonical JSON array, or empty; arena of the batch */
    struct bw_str private_body; /* canonical JSON of note and other free text, or empty; never stored in clear */
    struct bw_uuid raw_id;      /* nil: none */
    int32_t raw_first, raw_last;
    bool has_raw_commitment, has_private_commitment;
    struct bw_hash raw_commitment, private_commitment;
    unsigned flags;
    /* what it became */
    struct bw_uuid uid;
    struct bw_order order;
    enum bw_subject subject;
    struct bw_uuid bag_id; /* subject id */
    int32_t version;
    bw_time recorded_at;
    enum bw_outcome outcome;
    unsigned marks; /* enum bw_mark */
};
/* Zeroed with none-values for times and dates. */
void bw_event_init(struct bw_event *ev);
/* What Bagwatch itself says on the log of a subject: its sender, the subject's id as identity, when it is so.  Its
 * event id is the caller's. */
void bw_event_ours(enum bw_event_code code, enum bw_subject subject, const struct bw_uuid *id, bw_time at,
                   struct bw_event *to);

/* False for what takes a person and comes from a machine: a confirmation by a key; a search by a key that names nobody.
 * It is kept and meets nothing (CLK-04, ING-14). */
bool bw_event_in_person(const struct bw_event *ev);

/* Fills ev->order: t = occurred, else telegram origin time, else 00:00 UTC of the flight date, else recorded time.
 * Needs uid. */
void bw_event_set_order(struct bw_event *ev, bw_time origin_at);

/* Canonical fields without sent_at and without what was derived: what the fingerprint binds. */
void bw_event_canonical(const struct bw_event *ev, struct bw_buf *to);
/* Canonical JSON of the transparency log's leaf; the form is final (design.md 3, "Leaf"; with `data` in it, so that
 * nothing of an event can be altered unseen).  The leaf hash is SHA-256(0x00, this): RFC 6962 2.1. */
void bw_event_leaf(const struct bw_event *ev, struct bw_buf *to);
struct bw_hash bw_leaf_hash(struct bw_str canonical);

#endif
