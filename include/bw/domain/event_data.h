/* SPDX-License-Identifier: Apache-2.0 */
/* event_data.h - the code-specific part of an event, without personal data: journeys, windows, proofs, what a case
 * event changed.  Pure values in fixed arrays.  Layer: domain.  Threads: any.  Source: design.md 3 ("No personal data
 * in the log"), 8 ("Event in"). */
#ifndef BW_DOMAIN_EVENT_DATA_H
#define BW_DOMAIN_EVENT_DATA_H

#include "bw/base/arena.h"
#include "bw/base/buf.h"
#include "bw/base/clock.h"
#include "bw/base/id.h"
#include "bw/domain/code.h"
#include "bw/domain/identity.h"

#define BW_LEGS 8
struct bw_leg {
    char flight[BW_FLIGHT];
    bw_date date;
    char from[4], to[4]; /* "" where unknown */
};

/* Where a passenger is from one day to another, as the log may say it: an airport, no address (CASE-10). */
#define BW_STAYS 4
struct bw_stay {
    char station[4];
    bw_date from, until; /* both days included; BW_DATE_NONE: open */
};

/* Members of a file's details that a DETAILS_CORRECTED changed; the words are those of details.h's table. */
enum bw_detail {
    BW_DETAIL_PASSENGER = 1 << 0,
    BW_DETAIL_CONTACTS = 1 << 1,
    BW_DETAIL_DESCRIPTION = 1 << 2,
    BW_DETAIL_BAGS = 1 << 3,
    BW_DETAIL_NEEDED_BY = 1 << 4,
    BW_DETAIL_LANGUAGE = 1 << 5,
    BW_DETAIL_DELIVERY = 1 << 6,
    BW_DETAIL_COLLECTOR = 1 << 7,
    BW_DETAIL_PRIORITY = 1 << 8,
};
/* In the order of the bits, ended by NULL. */
extern const char *const bw_detail_words[];

/* What a carrier lets another organisation say in its name (SEC-10); texts of whoever filled it. */
struct bw_mandate_terms {
    struct bw_str sender;                  /* the organisation that may speak */
    const struct bw_str *stations, *codes; /* none = every one */
    size_t n_stations, n_codes;
    bw_date from, until; /* first and last day, BW_DATE_NONE = open */
};

/* Code-specific fields without personal data; canonical JSON of those present is the `data` column. */
struct bw_event_data {
    /* Of an event whose subject is neither bag nor case: all that it says, one JSON object as it stands in the leaf, of
     * whoever filled it; then no other member is set.  p == NULL: none. */
    struct bw_str facts;
    char to_station[4];                /* FORWARD_PLANNED: where it is sent */
    bw_time window_from, window_until; /* HANDED_TO_COURIER, DELIVERY_SCHEDULED; BW_TIME_NONE */
    char courier[13];                  /* HANDED_TO_COURIER: the organisation that brings it (SEC-13) */
    char proof[12];                    /* DELIVERED: pin, signature, photo, id, person */
    char action[12];                   /* STATUS_CONFIRMED: searched, asked, waiting; STATION_ANSWERED: ask.h */
    char asked[4];                     /* station or carrier */
    char waiting_for[4];               /* carrier or station */
    bw_time next_step_at;
    uint8_t in_a_row; /* STATUS_CONFIRMED, FORWARD_PLANNED: the how-manyth without a new fact, from 2 on (idle.h); beside a
                       * sighting on a file's log: how many confirmations of its carrier came before it */
    char searched[64]; /* SEARCHED_NOT_FOUND: places, comma-separated */
    bool person;       /* SEARCHED_NOT_FOUND: its sender names who searched, in the private body */
    /* BAG_EXPECTED, CASE_OPENED: the journey as far as said */
    struct bw_leg legs[BW_LEGS];
    uint8_t n_legs;
    char source_mark; /* BSM .V source indicator L, T, X, R; 0 none */
    /* case events and their copies on bags */
    struct bw_uuid case_id; /* nil: none */
    char case_ref[11];
    char owner[4];
    uint8_t bag_ordinal, n_bags;
    /* CASE_OPENED: by which rule the owner was found (case_step.h), and whom each rule would have named */
    char rule[16];
    char segment[4], brought[4], forecast[4], custodian[4];
    /* CASE_OWNER_OFFERED: when it goes back to its owner; STATION_ASKED: when the answer is due; STATION_ANSWERED "until":
     * when it will be; BW_TIME_NONE */
    bw_time answer_by;
    struct bw_uuid ask; /* STATION_ANSWERED: uid of the STATION_ASKED that it answers; nil: none */
    /* PROMISE_REMINDED, PROMISE_MISSED */
    struct bw_uuid promise_id;
    int16_t level; /* -1: none */
    char owed[20];
    char debtor[4];
    /* PROMISE_MOVED (promise_id, owed, debtor; why "outage" or "disruption"): one of these two, the other BW_TIME_NONE */
    bw_time due;             /* owed by then from now on; a promise of its own */
    bw_time quiet_until;     /* missed before the cause began: stays, and its next level waits until then */
    struct bw_uuid incident; /* the outage or disruption that it is for */
    bw_time since;           /* an outage: since when updates could not be taken; it ended when the event occurred */
    /* ALIAS_JOINED (why: "merge" on the record that lives on, "into" on the other), ALIAS_PARTED ("part", "from") */
    struct bw_uuid other_bag;
    /* WATCH_STARTED, WATCH_ENDED; CASE_OPENED: BW_WHY_CLAIM where a claim was told of a bag before it had a file;
     * CASE_OWNER_CHANGED: "accepted", "taken"; CASE_OWNER_REFUSED: "refused", "withdrawn" */
    char why[20];
    /* CLAIM_FILED, CLAIM_STEP, CLAIM_EVIDENCE: number from 1 on its case, words of claims.def */
    uint8_t claim;
    char claim_kind[12];
    char claim_step[16];
    const struct bw_mandate_terms *mandate; /* MANDATE_GRANTED, MANDATE_REVOKED; NULL: none */
    bool supervisor; /* CORRECTION by a supervisor of the carrier: takes back what any sender said for it (ING-12) */
    bool same_plate; /* FORWARD_PLANNED with new_plate "same" */
    /* CASE_OPENED, DETAILS_CORRECTED */
    char linked[11]; /* CASE_OPENED: the closed file that it takes up again (CASE-02) */
    unsigned fields; /* enum bw_detail: what was changed; not 0 where the sealed details were written anew */
    enum bw_priority priority;
    struct bw_stay stays[BW_STAYS];
    uint8_t n_stays;
};
/* Everything absent: none-values for times, dates and levels. */
void bw_event_data_init(struct bw_event_data *d);
/* Canonical JSON of the code-specific fields that are present; writes nothing for an event without any. */
void bw_event_data_json(const struct bw_event_data *d, struct bw_buf *to);
/* Reads that JSON back (a history row).  False for a text that is not ours. */
BW_MUST_USE bool bw_event_data_parse(struct bw_str json, struct bw_event_data *ret, struct bw_arena *arena);

#endif
