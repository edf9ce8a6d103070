/* SPDX-License-Identifier: Apache-2.0 */
/* claim_case.c - the claims of a case: what may be said of them, what an event does to them, which falls due first.
 * Steps follow recorded time, as all steps of a case do (CLK-04).  Layer: domain.  Threads: any.  Source: CASE-05,
 * CASE-08, CLK-01. */
#include "bag_int.h"
#include "bw/domain/promise.h"

#include "claim_int.h"

/* A claim stands beside the search until that has ended (promise.h: then two steps are owed); after closing it runs on
 * the same number. */
static void reopen(struct bw_case *c)
{
    if (c->state != BW_CASE_LOST)
        c->state = BW_CASE_CLAIM;
}

static const struct bw_claim *running(const struct bw_case *c, enum bw_claim_kind kind, uint8_t bag,
                                      unsigned *ret_number)
{
    for (unsigned at = 0; at < c->n_claims; at++) {
        const struct bw_claim *claim = &c->claims[at];
        if (claim->kind != kind || claim->bag != bag || bw_claim_over(claim))
            continue;
        *ret_number = at + 1;
        return claim;
    }
    return NULL;
}

static void add(struct bw_case *c, enum bw_claim_kind kind, uint8_t bag, const struct bw_event *ev)
{
    if (c->n_claims >= BW_CLAIMS)
        return;
    struct bw_claim *claim = &c->claims[c->n_claims++];
    *claim = (struct bw_claim){
        .kind = (uint8_t)kind, .step = BW_STEP_FILED, .bag = bag, .filed_at = ev->recorded_at, .since = ev->recorded_at
    };
    BW_SET(claim->reached, c->owner);
}

static enum bw_claim_kind told_kind(const struct bw_event *ev)
{
    enum bw_claim_kind kind = BW_CLAIM_DAMAGE;
    if (ev->code == BW_EV_PILFERAGE_REPORTED)
        return BW_CLAIM_MISSING;
    return bw_claim_kind_from(bw_str_c(ev->data.claim_kind), &kind) ? kind : BW_CLAIM_DAMAGE;
}

void bw_claim_told(struct bw_case *c, const struct bw_event *ev)
{
    unsigned number;
    enum bw_claim_kind kind = told_kind(ev);
    if (c->state == BW_CASE_NONE)
        return;
    if (!running(c, kind, ev->data.bag_ordinal, &number))
        add(c, kind, ev->data.bag_ordinal, ev);
    reopen(c);
}

static void go_on(struct bw_case *c, struct bw_claim *claim, const struct bw_event *ev)
{
    enum bw_claim_step step;
    if (!bw_claim_step_from(bw_str_c(ev->data.claim_step), &step))
        return;
    claim->step = (uint8_t)step;
    claim->since = ev->recorded_at;
    claim->appealed |= step == BW_STEP_APPEALED;
    if (!bw_claim_over(claim))
        reopen(c);
}

void bw_claim_said(struct bw_case *c, const struct bw_event *ev)
{
    enum bw_claim_kind kind;
    if (c->state == BW_CASE_NONE)
        return;
    if (ev->code == BW_EV_CLAIM_FILED) {
        if (!bw_claim_kind_from(bw_str_c(ev->data.claim_kind), &kind))
            return;
        add(c, kind, ev->data.bag_ordinal, ev);
        reopen(c);
        return;
    }
    if (ev->data.claim < 1 || ev->data.claim > c->n_claims)
        return;
    struct bw_claim *claim = &c->claims[ev->data.claim - 1];
    if (ev->code == BW_EV_CLAIM_STEP)
        go_on(c, claim, ev);
    else if (claim->photos < BW_CLAIM_PHOTOS)
        claim->photos++;
}

/* --- what may be said --- */

static bool by_owner(const struct bw_case *c, const struct bw_event *ev)
{
    return (ev->source == BW_SRC_JSON || ev->source == BW_SRC_STAFF) && !(ev->flags & BW_FL_NO_MANDATE) &&
           strcmp(ev->carrier, c->owner) == 0;
}

static bool may_say(const struct bw_case *c, const struct bw_event *ev, enum bw_claim_voice voice)
{
    bool customer = ev->source == BW_SRC_CUSTOMER;
    if (voice == BW_BY_OWNER)
        return by_owner(c, ev);
    /* What a customer said on the phone is written down by a person, never by a machine. */
    bool noted = voice == BW_BY_CUSTOMER && ev->source == BW_SRC_STAFF && by_owner(c, ev);
    return customer || noted;
}

static bw_code admit_step(const struct bw_case *c, struct bw_event *ev, struct bw_error *err)
{
    enum bw_claim_step to;
    enum bw_claim_voice voice;
    enum bw_owed meets;
    const struct bw_claim *claim = &c->claims[ev->data.claim - 1];
    const char *now = bw_claim_step_word(claim->step);
    if (!bw_claim_step_from(bw_str_c(ev->data.claim_step), &to))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such step");
    if (to == BW_STEP_APPEALED && claim->appealed)
        return bw_fail(err, BW_E_CLAIM, NULL, "claim %u was appealed once already", ev->data.claim);
    if (!bw_claim_row(claim, to, &voice, &meets))
        return bw_fail(err, BW_E_CLAIM, NULL, "claim %u is %s: %s cannot follow", ev->data.claim, now,
                       ev->data.claim_step);
    if (!may_say(c, ev, voice))
        return bw_fail(err, BW_E_CODE_NOT_YOURS, NULL, "%s is said by %s", ev->data.claim_step,
                       voice == BW_BY_OWNER ? c->owner : "the customer");
    return BW_OK;
}

static bw_code admit_photo(const struct bw_claim *claim, const struct bw_event *ev, struct bw_error *err)
{
    if (bw_claim_over(claim) && !bw_claim_may_appeal(claim))
        return bw_fail(err, BW_E_CLAIM, NULL, "claim %u is %s", ev->data.claim, bw_claim_step_word(claim->step));
    if (claim->photos >= BW_CLAIM_PHOTOS)
        return bw_fail(err, BW_E_CLAIM, NULL, "claim %u has %d pictures already", ev->data.claim, BW_CLAIM_PHOTOS);
    return BW_OK;
}

static bw_code admit_claim(const struct bw_case *c, struct bw_event *ev, struct bw_error *err)
{
    enum bw_claim_kind kind;
    unsigned number;
    if (!bw_claim_kind_from(bw_str_c(ev->data.claim_kind), &kind))
        return bw_fail(err, BW_E_INVALID_BODY, "/kind", "no such kind of claim");
    if (ev->data.bag_ordinal > c->n_bags)
        return bw_fail(err, BW_E_INVALID_BODY, "/bag", "the file has %u bags", c->n_bags);
    /* Expenses come day by day; damage, contents and loss of one bag are one claim. */
    if (kind != BW_CLAIM_EXPENSES && running(c, kind, ev->data.bag_ordinal, &number))
        return bw_fail(err, BW_E_CLAIM, "/kind", "claim %u for that runs already", number);
    if (c->n_claims >= BW_CLAIMS)
        return bw_fail(err, BW_E_CLAIM, NULL, "the file has %d claims already", BW_CLAIMS);
    ev->data.claim = (uint8_t)(c->n_claims + 1);
    BW_SET(ev->data.owner, c->owner);
    return BW_OK;
}

bw_code bw_claim_admit(const struct bw_case *c, struct bw_event *ev, struct bw_error *err)
{
    if (c->state == BW_CASE_NONE)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    if (c->unaccepted) /* a claim would set a report going that its owner has not accepted, or has refused (SEC-11) */
        return bw_fail(err, BW_E_CLAIM, NULL, "%s has not accepted report %s", c->owner, c->ref);
    if (ev->code == BW_EV_CLAIM_FILED)
        return admit_claim(c, ev, err);
    if (ev->data.claim < 1 || ev->data.claim > c->n_claims)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such claim");
    const struct bw_claim *claim = &c->claims[ev->data.claim - 1];
    bw_code rc = ev->code == BW_EV_CLAIM_STEP ? admit_step(c, ev, err) : admit_photo(claim, ev, err);
    if (rc != BW_OK)
        return rc;
    BW_SET(ev->data.claim_kind, bw_claim_kind_word(claim->kind));
    ev->data.bag_ordinal = claim->bag;
    return BW_OK;
}

/* --- what is owed --- */

const struct bw_claim *bw_claim_next(const struct bw_case *c, unsigned *ret_number)
{
    const struct bw_claim *first = NULL;
    bw_time first_due = BW_TIME_NONE;
    for (unsigned at = 0; at < c->n_claims; at++) {
        const struct bw_claim *claim = &c->claims[at];
        enum bw_owed owed = bw_claim_owes(claim);
        if (owed == BW_OWE_MAX)
            continue;
        bw_time due = claim->since + bw_owed_row(owed)->minutes * BW_MINUTE;
        if (first && due >= first_due)
            continue;
        first = claim;
        first_due = due;
        *ret_number = at + 1;
    }
    return first;
}

bool bw_claims_running(const struct bw_case *c)
{
    for (size_t at = 0; at < c->n_claims; at++)
        if (!bw_claim_over(&c->claims[at]))
            return true;
    return false;
}
