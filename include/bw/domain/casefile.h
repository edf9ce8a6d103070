/* SPDX-License-Identifier: Apache-2.0 */
/* casefile.h - the fold of a delayed-bag file's own events: owner, steps, which of its bags are still awaited.
 * Pure.  Layer: domain.  Threads: any.  Source: design.md 6, CASE-01, CASE-09. */
#ifndef BW_DOMAIN_CASEFILE_H
#define BW_DOMAIN_CASEFILE_H

#include "bw/domain/claim.h"
#include "bw/domain/event.h"
#include "bw/domain/idle.h"
#include "bw/domain/waits.h"

/* data.why of a CASE_OPENED: a claim was told before the file was opened (its bag kept it, bw_bag.claim_waits). */
#define BW_WHY_CLAIM "claim"

/* A carrier that has coded where and why its bags went wrong, and which of them. */
struct bw_case_coder {
    char carrier[4];
    uint32_t bags; /* bit per bag ordinal */
};
/* What staff of a carrier promised the customer, "I will call you at five", one at a time (CLK-19). */
struct bw_case_given {
    char carrier[4];
    char what[8]; /* of bw_given_words */
    bw_time due_at;
};
#define BW_CASE_GIVEN 4
#define BW_CASE_CODERS 8 /* the carriers of a journey; of more, the one that spoke longest ago is let go of */

struct bw_case {
    struct bw_uuid case_id;
    int32_t version;
    char ref[11];
    enum bw_case_state state;
    char owner[4];
    char station[4];
    bw_time opened_at; /* occurred */
    bw_time opened_recorded_at;
    bw_time recorded_at;
    bool first_result;    /* the acknowledgement was given */
    struct bw_idle_word words[BW_IDLE_WORDS]; /* the newest confirmations, by carrier (CLK-11) */
    uint8_t n_words;
    struct bw_case_given given[BW_CASE_GIVEN];
    uint8_t n_given;
    struct bw_wait wait; /* for the customer, as the owner said last; a bag that moved on waits no more (CLK-18) */
    bw_time last_word_at; /* recorded time of the newest step that met a case promise */
    uint8_t n_bags;
    uint32_t awaited;   /* bit per bag ordinal: watched and not yet delivered or settled */
    uint8_t n_claims;
    struct bw_claim claims[BW_CLAIMS]; /* by number: the first is claim 1 */
    /* whose it is and why: the rule, and whom each rule would have named when the file was opened (CASE-11) */
    char rule[16];
    char segment[4], brought[4], forecast[4], custodian[4], opener[4];
    char opened_by[16]; /* organisation that spoke for the opener */
    /* a hand-over that waits for its answer; "" none (CASE-03) */
    char offered_to[4];
    bw_time answer_by; /* BW_TIME_NONE while nothing is offered */
    /* who has coded fault station and reason, oldest statement first (CASE-04) */
    struct bw_case_coder coders[BW_CASE_CODERS];
    uint8_t n_coders;
    char closed_why[24]; /* closings.def; "" while it was never closed */
    bw_time closed_at; /* recorded; BW_TIME_NONE while it is not closed */
    bw_time erased_at; /* recorded: its personal data were destroyed and none is kept any more; BW_TIME_NONE */
    struct bw_order newest;
    int32_t changed_version;   /* at which the personal data were last written: an edit that read an older one is refused */
    enum bw_priority priority; /* CASE-12; NONE */
    char linked[11];           /* the closed file that this one takes up again; "" none (CASE-02) */
    bool unaccepted;           /* it began as a report (CASE-02) and nobody has accepted it; also after a refusal */
    /* of the journey and the passenger, as they were told: what a report's acceptance tells its bags */
    struct bw_leg legs[BW_LEGS];
    uint8_t n_legs;
    struct bw_stay stays[BW_STAYS];
    uint8_t n_stays;
};

void bw_case_init(struct bw_case *c, const struct bw_uuid *case_id);
/* Folds one event on the case's log, in recorded order (a case's steps follow recorded time).  ev->version is set; the case's
 * own is not touched. */
void bw_case_step(struct bw_case *c, const struct bw_event *ev);
/* May this CLAIM_FILED, CLAIM_STEP or CLAIM_EVIDENCE be said now?  Fills in what the event must carry (the claim's
 * number, kind and bag).  Refused: BW_E_CLAIM where the order forbids it, BW_E_CODE_NOT_YOURS where somebody else says
 * that step, BW_E_NOT_FOUND for a claim that is not there, BW_E_INVALID_BODY for such a bag. */
BW_MUST_USE bw_code bw_claim_admit(const struct bw_case *c, struct bw_event *ev, struct bw_error *err);
/* The claim whose carrier owes the earliest step; NULL: none owes any.  *ret_number: from 1. */
const struct bw_claim *bw_claim_next(const struct bw_case *c, unsigned *ret_number);
/* True while a claim waits for its carrier or its customer. */
bool bw_claims_running(const struct bw_case *c);
/* Copies that a case event leaves on each of its bags (BW_CF_TO_BAGS): idents are the bag ids given, data.bag_ordinal their number. */
size_t bw_case_follow(const struct bw_case *after, const struct bw_event *ev, const struct bw_uuid *bags, size_t n_bags,
                      struct bw_event *to, size_t max);
void bw_case_pack(const struct bw_case *c, struct bw_buf *to);
BW_MUST_USE bool bw_case_unpack(struct bw_str bytes, struct bw_case *ret);

/* File reference AAABBNNNNN. */
bool bw_fileref_valid(struct bw_str s);
void bw_fileref_make(const char *station, const char *carrier, unsigned number, char to[11]);

#endif
