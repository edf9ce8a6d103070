/* SPDX-License-Identifier: Apache-2.0 */
/* case_step.h - what carriers do with a file: who owns it by which rule, handing it over, coding the fault, closing it.
 * A step that the file does not allow as it stands is refused and stores nothing; the writer asks under the file's
 * version, so that of two at once the second is asked about what the first has made of it.  Pure.  Layer: domain.
 * Threads: any.  Source: CASE-03, CASE-04, CASE-11, domain.md 4.4, 9.3 rules 6 to 9. */
#ifndef BW_DOMAIN_CASE_STEP_H
#define BW_DOMAIN_CASE_STEP_H

#include "bw/domain/promise.h"

/* data.rule of a CASE_OPENED, and bw_case.rule: the first that names a carrier. */
#define BW_RULE_BROUGHT "brought-here" /* the trip ended early: who flew the traveller to where the file is opened */
#define BW_RULE_SEGMENT "last-segment" /* who flies the last segment of the itinerary */
#define BW_RULE_FORECAST "forecast"    /* the same by the bag's own forecasts (.F, .O) */
#define BW_RULE_CUSTODIAN "custodian"  /* who has the bag */
#define BW_RULE_OPENER "opener"        /* nobody else is known: who opened it, until another accepts */
/* After a hand-over. */
#define BW_RULE_ACCEPTED "accepted"
#define BW_RULE_TAKEN "taken"
/* data.action of a PROMISE_GIVEN: what is promised; ended by NULL. */
extern const char *const bw_given_words[]; /* "call", "write", "look" */
#define BW_GIVEN_MOST (7 * BW_DAY) /* how far ahead one promises */
/* data.why of a CASE_OWNER_REFUSED. */
#define BW_WHY_REFUSED "refused"
#define BW_WHY_WITHDRAWN "withdrawn"

/* Fills data.owner, data.rule and the rules' inputs of a CASE_OPENED, whose carrier, station and legs are set, from it
 * and from its bags. */
void bw_owner_choose(struct bw_event *opening, const struct bw_bag *const *bags, size_t n);

/* With the reason in err: BW_E_FORBIDDEN where another carrier says this, whatever the file's state (reliability.md 6,
 * Z2); BW_E_CASE_STEP where the file does not allow it as it stands.  Codes that are no step of this header pass. */
BW_MUST_USE bw_code bw_case_may(const struct bw_case *c, const struct bw_event *ev, bw_time now, struct bw_error *err);
/* Adds to a step what follows from the file: from whom to whom, until when; ev->recorded_at is set. */
void bw_case_complete(const struct bw_case *c, const struct bw_world *world, struct bw_event *ev);

/* The end of an offer that nobody has answered, as Bagwatch posts it when answer_by has come. */
void bw_case_timeout_event(const struct bw_case *c, struct bw_event *to);
/* True where it still holds against the file as it is now. */
bool bw_case_timeout_holds(const struct bw_case *c, const struct bw_event *ev);

/* The last minute of the seventh day after a proven delivery, in the zone of where the bag was to go (CASE-05,
 * domain.md 5); BW_TIME_NONE for a bag that is not delivered. */
bw_time bw_damage_until(const struct bw_bag *bag, const struct bw_world *world);

/* Every bag of the file was coded by that carrier. */
bool bw_case_coded(const struct bw_case *c, const char *carrier);

/* --- words --- */
/* What a reason for loss of two digits means; NULL for one that the table does not know. */
const char *bw_loss_meaning(struct bw_str code);
/* The codes for a form, one by one as "11"; false past the last. */
bool bw_loss_at(size_t number, char to[3], const char **ret_meaning);
/* Reasons for closing, one by one; NULL past the last. */
const char *bw_closing_at(size_t number, const char **ret_meaning);
/* True for a reason that rests on a person's word: a comment says whose. */
bool bw_closing_needs_word(struct bw_str reason);

#endif
