/* SPDX-License-Identifier: Apache-2.0 */
/* case_step.c - which steps a file allows as it stands, and what Bagwatch adds to them.
 * Layer: domain.  Threads: any.  Source: CASE-03, CASE-04, domain.md 4.4, 9.2 (CLOSED), 9.3. */
#include "bw/domain/case_step.h"

#include <stdio.h>

#include "bag_int.h"
#include "bw/domain/rights.h"
#include "bw/domain/waiting.h"

/* --- who owns a file when it is opened --- */

/* Who flew the traveller to where the file is opened, where the journey goes on from there (domain.md 9.3.6). */
static void brought_by(const struct bw_leg *legs, size_t n, const char *station, char to[4])
{
    if (!n || !station[0] || strcmp(legs[n - 1].to, station) == 0)
        return;
    for (size_t k = 0; k + 1 < n; k++)
        if (strcmp(legs[k].to, station) == 0)
            bw_str_put(bw_flight_carrier(legs[k].flight), to, 4);
}

void bw_owner_choose(struct bw_event *opening, const struct bw_bag *const *bags, size_t n)
{
    struct bw_event_data *d = &opening->data;
    if (d->n_legs) {
        brought_by(d->legs, d->n_legs, opening->station, d->brought);
        bw_str_put(bw_flight_carrier(d->legs[d->n_legs - 1].flight), d->segment, sizeof d->segment);
    }
    for (size_t k = 0; k < n; k++) {
        if (!d->n_legs && !d->brought[0])
            brought_by(bags[k]->legs, bags[k]->n_legs, opening->station, d->brought);
        if (!d->forecast[0] && !bags[k]->legs_from_case)
            BW_SET(d->forecast, bags[k]->last_carrier);
        if (!d->custodian[0])
            BW_SET(d->custodian, bags[k]->custodian);
    }
    const struct {
        const char *rule, *carrier;
    } order[] = { { BW_RULE_BROUGHT, d->brought },
                  { BW_RULE_SEGMENT, d->segment },
                  { BW_RULE_FORECAST, d->forecast },
                  { BW_RULE_CUSTODIAN, d->custodian },
                  { BW_RULE_OPENER, opening->carrier } };
    size_t at = 0;
    while (at + 1 < BW_LEN(order) && !order[at].carrier[0])
        at++;
    BW_SET(d->rule, order[at].rule);
    BW_SET(d->owner, order[at].carrier);
}

/* --- what may be said --- */

static bool runs(const struct bw_case *c)
{
    return c->state == BW_CASE_OPEN || c->state == BW_CASE_CLAIM || c->state == BW_CASE_LOST;
}

static bool is(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bw_code refuse(struct bw_error *err, const char *field, const char *why)
{
    return bw_fail(err, BW_E_CASE_STEP, field, "%s", why);
}

static bw_code not_owner(const struct bw_case *c, struct bw_error *err)
{
    return bw_fail(err, BW_E_FORBIDDEN, "/for_carrier", "%s owns the file, and it alone says that", c->owner);
}

static bw_code may_offer(const struct bw_case *c, const struct bw_event *ev, bw_time now, struct bw_error *err)
{
    char until[BW_TIME_TEXT];
    if (is(ev->to_carrier, c->owner))
        return bw_fail(err, BW_E_CASE_STEP, "/to_carrier", "%s owns the file", c->owner);
    if (is(ev->to_carrier, c->offered_to) && now < c->answer_by)
        return bw_fail(err, BW_E_CASE_STEP, "/to_carrier", "%s was asked and has until %s to answer", c->offered_to,
                       bw_time_text(c->answer_by, until));
    return BW_OK;
}

/* Who was asked may accept in time; where no rule named an owner, any carrier that the caller lets near the file. */
static bw_code may_accept(const struct bw_case *c, const struct bw_event *ev, bw_time now, struct bw_error *err)
{
    if (is(ev->carrier, c->owner))
        return bw_fail(err, BW_E_CASE_STEP, "/for_carrier", "%s owns the file", c->owner);
    if (is(c->rule, BW_RULE_OPENER))
        return BW_OK;
    if (!is(ev->carrier, c->offered_to))
        return bw_fail(err, BW_E_FORBIDDEN, "/for_carrier", "%s owns the file and does not ask %s to take it", c->owner,
                       ev->carrier);
    return now < c->answer_by
               ? BW_OK
               : bw_fail(err, BW_E_CASE_STEP, NULL, "nobody has answered in time: %s keeps the file", c->owner);
}

static bw_code may_refuse(const struct bw_case *c, const struct bw_event *ev, struct bw_error *err)
{
    if (!c->offered_to[0])
        return refuse(err, NULL, "nobody is asked to take the file");
    if (!is(ev->carrier, c->offered_to) && !is(ev->carrier, c->owner))
        return bw_fail(err, BW_E_FORBIDDEN, "/for_carrier", "%s is asked to take the file, not %s", c->offered_to,
                       ev->carrier);
    return BW_OK;
}

static bw_code may_code(const struct bw_case *c, const struct bw_event *ev, struct bw_error *err)
{
    if (!bw_loss_meaning(bw_str_c(ev->reason)))
        return bw_fail(err, BW_E_CASE_STEP, "/reason", "%s is no reason for loss (RL) that is known", ev->reason);
    if (ev->data.bag_ordinal > c->n_bags)
        return bw_fail(err, BW_E_CASE_STEP, "/bag", "the file has %d bags", c->n_bags);
    return BW_OK;
}

static const struct {
    const char *word, *meaning, *unfit;
} closings[] = {
#define K(id, word, meaning, unfit) { word, meaning, unfit },
#include "bw/domain/closings.def"
#undef K
};
enum closing {
#define K(id, ...) CLOSING_##id,
#include "bw/domain/closings.def"
#undef K
    CLOSINGS
};

static enum closing closing_of(struct bw_str reason)
{
    enum closing k = 0;
    while (k < CLOSINGS && !bw_str_eq_c(reason, closings[k].word))
        k++;
    return k;
}

static bw_code may_close(const struct bw_case *c, const struct bw_event *ev, struct bw_error *err)
{
    enum closing why = closing_of(bw_str_c(ev->reason));
    bool fact = why == CLOSING_DELIVERED || why == CLOSING_SETTLED;
    if (why == CLOSINGS)
        return refuse(err, "/reason", "no such reason for closing");
    if (!bw_case_coded(c, c->owner))
        return bw_fail(err, BW_E_CASE_STEP, NULL, "%s has not coded fault station and reason for every bag", c->owner);
    if (fact && bw_claims_running(c))
        return refuse(err, "/reason", "a claim runs in this file");
    if (why == CLOSING_DELIVERED && (c->awaited != 0 || c->state == BW_CASE_LOST))
        return refuse(err, "/reason", closings[why].unfit);
    if (why == CLOSING_SETTLED && c->state != BW_CASE_LOST)
        return refuse(err, "/reason", closings[why].unfit);
    return BW_OK;
}

const char *const bw_given_words[] = { "call", "write", "look", NULL };

/* One at a time: who promised a call keeps that first, and moves nothing by promising again (CLK-19). */
static bw_code may_give(const struct bw_case *c, const struct bw_event *ev, bw_time now, struct bw_error *err)
{
    char until[BW_TIME_TEXT];
    if (ev->data.answer_by <= now || ev->data.answer_by > now + BW_GIVEN_MOST)
        return refuse(err, "/by", "the time must lie within the next seven days");
    for (size_t k = 0; k < c->n_given; k++)
        if (is(c->given[k].carrier, ev->carrier))
            return bw_fail(err, BW_E_CASE_STEP, NULL, "%s promised the customer something by %s: keep that first",
                           ev->carrier, bw_time_text(c->given[k].due_at, until));
    return c->n_given < BW_CASE_GIVEN ? BW_OK : refuse(err, NULL, "enough is promised to this customer already");
}

bw_code bw_case_may(const struct bw_case *c, const struct bw_event *ev, bw_time now, struct bw_error *err)
{
    bool own = ev->code == BW_EV_CASE_OWNER_OFFERED || ev->code == BW_EV_CASE_OWNER_CHANGED ||
               ev->code == BW_EV_CASE_OWNER_REFUSED || ev->code == BW_EV_CASE_CLOSED || ev->code == BW_EV_PROMISE_GIVEN;
    bool owners = ev->code == BW_EV_CASE_OWNER_OFFERED || ev->code == BW_EV_CASE_CLOSED;
    if (ev->source == BW_SRC_SYSTEM)
        return BW_OK;
    if (owners && !is(ev->carrier, c->owner))
        return not_owner(c, err);
    if (own && !runs(c))
        return refuse(err, NULL, "the file is closed");
    switch ((int)ev->code) {
    case BW_EV_CASE_OWNER_OFFERED:
        return may_offer(c, ev, now, err);
    case BW_EV_CASE_OWNER_CHANGED:
        return may_accept(c, ev, now, err);
    case BW_EV_CASE_OWNER_REFUSED:
        return may_refuse(c, ev, err);
    case BW_EV_PROMISE_GIVEN:
        return may_give(c, ev, now, err);
    case BW_EV_WAITING_FOR_CUSTOMER:
        return bw_wait_may(c, ev, err);
    case BW_EV_FAULT_CODED:
        return may_code(c, ev, err);
    case BW_EV_CASE_CLOSED:
        return may_close(c, ev, err);
    default:
        return BW_OK;
    }
}

bool bw_case_coded(const struct bw_case *c, const char *carrier)
{
    uint32_t all = c->n_bags >= 32 ? UINT32_MAX : (UINT32_C(1) << c->n_bags) - 1;
    for (size_t k = 0; k < c->n_coders; k++)
        if (is(c->coders[k].carrier, carrier))
            return (c->coders[k].bags & all) == all;
    return false;
}

/* --- what follows --- */

void bw_case_complete(const struct bw_case *c, const struct bw_world *world, struct bw_event *ev)
{
    char policy[60];
    bw_time yardstick;
    if (ev->source == BW_SRC_SYSTEM)
        return;
    if (ev->occurred_at == BW_TIME_NONE) /* a step is taken when it is told */
        ev->occurred_at = ev->order.t;
    bw_wait_complete(c, ev);
    if (ev->code == BW_EV_CASE_OWNER_OFFERED) {
        struct bw_owing asked = { .owed = BW_OWE_OWNER };
        BW_SET(asked.debtor, ev->to_carrier);
        BW_SET(asked.station, c->station);
        BW_SET(ev->from_carrier, c->owner);
        ev->data.answer_by = bw_promise_due(&asked, NULL, c, world, ev->recorded_at, &yardstick, policy);
    } else if (ev->code == BW_EV_CASE_OWNER_CHANGED) {
        BW_SET(ev->from_carrier, c->owner);
        BW_SET(ev->to_carrier, ev->carrier);
        BW_SET(ev->data.owner, ev->carrier);
        BW_SET(ev->data.why, is(ev->carrier, c->offered_to) ? BW_RULE_ACCEPTED : BW_RULE_TAKEN);
    } else if (ev->code == BW_EV_CASE_OWNER_REFUSED) {
        BW_SET(ev->from_carrier, c->offered_to);
        BW_SET(ev->to_carrier, c->owner);
        BW_SET(ev->data.why, is(ev->carrier, c->owner) ? BW_WHY_WITHDRAWN : BW_WHY_REFUSED);
    }
}

void bw_case_timeout_event(const struct bw_case *c, struct bw_event *to)
{
    char text[BW_UUID_TEXT];
    bw_event_ours(BW_EV_CASE_OWNER_LAPSED, BW_SUBJECT_CASE, &c->case_id, c->answer_by, to);
    (void)snprintf(to->event_id, sizeof to->event_id, "%s.O%lld", bw_uuid_text(&c->case_id, text),
                   (long long)c->answer_by);
    BW_SET(to->from_carrier, c->offered_to);
    BW_SET(to->to_carrier, c->owner);
}

bool bw_case_timeout_holds(const struct bw_case *c, const struct bw_event *ev)
{
    return c->offered_to[0] && c->answer_by == ev->occurred_at && is(c->offered_to, ev->from_carrier) &&
           is(c->owner, ev->to_carrier);
}

bw_time bw_damage_until(const struct bw_bag *bag, const struct bw_world *world)
{
    enum { DAYS = 7 };
    if (bag->place != BW_PLACE_DELIVERED || bag->place_at == BW_TIME_NONE)
        return BW_TIME_NONE;
    const struct bw_station *home = bw_world_station(world, bw_bag_target(bag));
    const struct bw_zone *zone = home ? home->zone : NULL;
    return bw_day_end(zone, bw_day_of(zone, bag->place_at) + DAYS);
}

/* --- words --- */

static const struct {
    int first, last;
    const char *meaning;
} losses[] = {
#define L(first, last, meaning) { first, last, meaning },
#include "bw/domain/losses.def"
#undef L
};

const char *bw_loss_meaning(struct bw_str code)
{
    if (code.n != 2 || !bw_is_digit(code.p[0]) || !bw_is_digit(code.p[1]))
        return NULL;
    int number = (code.p[0] - '0') * 10 + code.p[1] - '0';
    for (size_t k = 0; k < BW_LEN(losses); k++)
        if (number >= losses[k].first && number <= losses[k].last)
            return losses[k].meaning;
    return NULL;
}

bool bw_loss_at(size_t number, char to[3], const char **ret_meaning)
{
    for (size_t k = 0; k < BW_LEN(losses); k++) {
        size_t here = (size_t)(losses[k].last - losses[k].first) + 1;
        if (number < here) {
            int code = losses[k].first + (int)number;
            to[0] = (char)('0' + code / 10);
            to[1] = (char)('0' + code % 10);
            to[2] = '\0';
            *ret_meaning = losses[k].meaning;
            return true;
        }
        number -= here;
    }
    return false;
}

const char *bw_closing_at(size_t number, const char **ret_meaning)
{
    if (number >= CLOSINGS)
        return NULL;
    *ret_meaning = closings[number].meaning;
    return closings[number].word;
}

bool bw_closing_needs_word(struct bw_str reason)
{
    enum closing why = closing_of(reason);
    return why == CLOSING_WITHDRAWN || why == CLOSING_DUPLICATE || why == CLOSING_MISTAKEN;
}
