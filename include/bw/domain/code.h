/* SPDX-License-Identifier: Apache-2.0 */
/* code.h - the one table of event codes (codes.def): who may say it, whether it is a sighting, what it does to custody,
 * its rank among events of one instant, its fields, the promises it meets, an example.  Validator, OpenAPI and
 * documentation read this table (ING-14).  Pure.  Layer: domain.  Threads: any. */
#ifndef BW_DOMAIN_CODE_H
#define BW_DOMAIN_CODE_H

#include "bw/base/str.h"

/* Who may say a code. */
enum bw_voice {
    BW_VOICE_CARRIER = 1,  /* a sender key speaking for a carrier, JSON */
    BW_VOICE_TELEGRAM = 2, /* from a Type B message */
    BW_VOICE_STAFF = 4,    /* a logged-in person */
    BW_VOICE_COURIER = 8,  /* a courier for its carrier */
    BW_VOICE_CUSTOMER = 16,
    BW_VOICE_SYSTEM = 32, /* Bagwatch itself; nobody else may post these */
};

/* What kind of statement it is. */
enum bw_code_flag {
    BW_CF_SIGHTING = 1,   /* somebody saw the bag: moves last seen */
    BW_CF_NEWS = 2,       /* a carrier's statement that adds a fact: moves last news (BAG-08) */
    BW_CF_HINT = 4,       /* never moves custody (item trackers) */
    BW_CF_AT_REST = 8,    /* after it the bag is known to stand (BAG-10) */
    BW_CF_TO_CASE = 16,   /* also written on the case of the bag, same event id */
    BW_CF_TO_BAGS = 32,   /* a case event also written on each of its bags, same event id */
    BW_CF_CASE_ONLY = 64, /* subject is a case */
    BW_CF_OWN_WAY = 256,  /* of a bag or a case, and comes in by a way of its own, such as /v1/bags/{id}/ask */
    BW_CF_ASIDE = 128,    /* subject is neither bag nor case; comes in by a way of its own, such as /v1/mandates */
};

enum bw_place {
    BW_PLACE_NONE,
    BW_PLACE_EXPECTED,
    BW_PLACE_AT,
    BW_PLACE_LOADED,
    BW_PLACE_HELD,
    BW_PLACE_AT_DESTINATION,
    BW_PLACE_ON_BELT,
    BW_PLACE_WITH_COURIER,
    BW_PLACE_DELIVERED,
    BW_PLACE_MAX
};
enum bw_custody { BW_CUSTODY_NONE, BW_CUSTODY_HELD, BW_CUSTODY_PENDING, BW_CUSTODY_DISPUTED, BW_CUSTODY_MAX };
enum bw_case_state {
    BW_CASE_NONE,
    BW_CASE_OPEN,
    BW_CASE_CLAIM,
    BW_CASE_LOST,
    BW_CASE_CLOSED,
    BW_CASE_REPORT,
    BW_CASE_MAX
};
const char *bw_place_word(enum bw_place p); /* "NONE", "EXPECTED", … as in design.md 6 */
const char *bw_custody_word(enum bw_custody c);
const char *bw_case_word(enum bw_case_state s);

/* Bags that cannot wait (CASE-12): the class is for carriers to see, its reason is not. */
enum bw_priority {
    BW_PRIORITY_NONE,
    BW_PRIORITY_ASSISTIVE, /* wheelchair, prosthesis: the passenger cannot move without it */
    BW_PRIORITY_MEDICAL,
    BW_PRIORITY_INFANT,
    BW_PRIORITY_ANIMAL,
    BW_PRIORITY_MINOR,  /* a child that travels alone */
    BW_PRIORITY_ONWARD, /* the passenger departs again soon */
    BW_PRIORITY_MAX
};
/* Words of all but NONE, in order, ended by NULL: "assistive-device", "medical", "infant", "live-animal", "minor",
 * "onward-departure". */
extern const char *const bw_priority_words[];
const char *bw_priority_word(enum bw_priority p); /* "" for NONE */
BW_MUST_USE bool bw_priority_from(struct bw_str word, enum bw_priority *ret);

/* What a code does to custody when said by carrier X (domain.md 9.3). */
enum bw_hold {
    BW_HOLD_KEEP,    /* nothing */
    BW_HOLD_ACQUIRE, /* X has it: its own acquisition, or a sighting by its own scanner */
    BW_HOLD_OFFER,   /* X gives to to_carrier: pending */
    BW_HOLD_REFUSE,  /* X, the receiver, refuses: back to the giver */
    BW_HOLD_DISPUTE, /* time-out */
    BW_HOLD_END,     /* back with its owner */
};

/* Fields of an event beyond the common ones. */
enum bw_event_field {
    BW_F_STATION = 1 << 0,
    BW_F_PLACE = 1 << 1,
    BW_F_FLIGHT = 1 << 2,
    BW_F_TO_CARRIER = 1 << 3,
    BW_F_FROM_CARRIER = 1 << 4,
    BW_F_REASON = 1 << 5,
    BW_F_NEW_PLATE = 1 << 6,
    BW_F_NOTE = 1 << 7,
    BW_F_REPLACES = 1 << 8,
    BW_F_TO_STATION = 1 << 9,
    BW_F_WINDOW = 1 << 10,
    BW_F_PROOF = 1 << 11,
    BW_F_ACTION = 1 << 12, /* action, asked, waiting_for */
    BW_F_NEXT_STEP = 1 << 13,
    BW_F_SEARCHED = 1 << 14,
    BW_F_PERSON = 1 << 15, /* who searched: personal, so sealed; the log says only that somebody was named */
    BW_F_COURIER = 1 << 16,
};

/* codes.def holds rows C(NAME, voices, flags, hold, rank, required, optional, meets, summary, example). */
enum bw_event_code {
    BW_EV_NONE = 0,
#define C(name, ...) BW_EV_##name,
#include "bw/domain/codes.def"
#undef C
    BW_EV_MAX
};

struct bw_code_row {
    const char *name;
    unsigned voices; /* enum bw_voice */
    unsigned flags;  /* enum bw_code_flag */
    enum bw_hold hold;
    int rank;          /* order among events of one instant: lower first */
    unsigned required; /* enum bw_event_field */
    unsigned optional;
    uint64_t meets; /* bits 1 << enum bw_owed (promise.h) */
    const char *summary;
    const char *example; /* members of the JSON body beyond the common ones */
};
const struct bw_code_row *bw_code_row(enum bw_event_code code); /* asserts on a number outside the table */
BW_MUST_USE bool bw_code_from(struct bw_str name, enum bw_event_code *ret);

/* What can be owed; rows stand in promises.def. */
enum bw_owed {
#define P(id, word, subject, minutes, what) BW_OWE_##id,
#include "bw/domain/promises.def"
#undef P
    BW_OWE_MAX
};

#endif
