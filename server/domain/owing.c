/* SPDX-License-Identifier: Apache-2.0 */
/* owing.c - who owes what, looked up from the states: first row that fits.  Nothing of it is stored as truth.
 * Pure.  Layer: domain.  Threads: any.  Source: design.md 6, domain.md 9.2, BAG-10, CLK-01, CLK-08. */
#include <stdio.h>

#include "bw/domain/ask.h"
#include "bw/domain/promise.h"
#include "bw/domain/waiting.h"
#include "bw/domain/watch.h"

/* Nobody is ever left out: the rule's carrier, else the owner, else who is nearest to the bag. */
static const char *first_named(const char *rule, const struct bw_bag *bag)
{
    const char *const order[] = { rule, bag->owner, bw_bag_owner_by_rule(bag, bag->last_news_carrier),
                                  bag->last_seen_carrier };
    for (size_t i = 0; i < BW_LEN(order); i++) {
        if (order[i] && order[i][0])
            return order[i];
    }
    return "";
}

static const char *last_station(const struct bw_bag *bag)
{
    return bag->station[0] ? bag->station : bag->last_seen_station;
}

static void owe(struct bw_owing *to, enum bw_owed owed, const char *debtor, const char *station)
{
    *to = (struct bw_owing){ .owed = owed };
    bw_str_put(bw_str_c(debtor), to->debtor, sizeof to->debtor);
    bw_str_put(bw_str_c(station), to->station, sizeof to->station);
    bw_str_put(bw_str_c(station), to->basis, sizeof to->basis);
}

/* The basis tells one situation from the next of the same kind: another flight, another pair of carriers, another
 * station. */
static void basis_pair(struct bw_owing *to, const char *giver, const char *receiver)
{
    snprintf(to->basis, sizeof to->basis, "%s>%s", giver, receiver);
}

/* Both owe; the last proven custodian leads (CLK-08). */
static size_t owe_dispute(const struct bw_bag *bag, struct bw_owing to[BW_OWED_MAX])
{
    size_t n = 0;
    const char *sides[] = { bag->custodian, bag->receiver };
    for (size_t i = 0; i < BW_LEN(sides); i++) {
        if (!sides[i][0] || (n == 1 && strcmp(sides[i], to[0].debtor) == 0))
            continue;
        owe(&to[n], BW_OWE_DISPUTED, sides[i], last_station(bag));
        basis_pair(&to[n], bag->custodian, bag->receiver);
        bw_str_put(bw_str_c(bag->custodian), to[n].handoff_from, sizeof to[n].handoff_from);
        n++;
    }
    if (n == 0)
        owe(&to[n++], BW_OWE_DISPUTED, first_named("", bag), last_station(bag));
    return n;
}

static void owe_transfer(const struct bw_bag *bag, struct bw_owing *to)
{
    owe(to, BW_OWE_TRANSFER, first_named(bag->receiver, bag), last_station(bag));
    basis_pair(to, bag->custodian, bag->receiver);
    bw_str_put(bw_str_c(bag->custodian), to->handoff_from, sizeof to->handoff_from);
}

static void owe_courier(const struct bw_bag *bag, struct bw_owing *to)
{
    char text[BW_TIME_TEXT] = "";
    owe(to, bag->attempted ? BW_OWE_ATTEMPTED : BW_OWE_COURIER, first_named(bag->custodian, bag), last_station(bag));
    if (bag->attempted)
        return;
    if (bag->window_until != BW_TIME_NONE)
        bw_time_text(bag->window_until, text);
    snprintf(to->basis, sizeof to->basis, "until %s", text);
}

/* Who operates the flight owes; where nobody told, the carrier of its number, unconfirmed (CLK-03, domain.md 9.3.10).
 */
static void owe_flight(const struct bw_bag *bag, const struct bw_world *world, struct bw_owing *to)
{
    char carrier[4] = "";
    bool planned = bag->place != BW_PLACE_LOADED;
    const char *flight = planned ? bag->fwd_flight : bag->flight;
    bw_date date = planned ? bag->fwd_date : bag->flight_date;
    const struct bw_flight *told = bw_world_flight(world, flight, date);
    bool sure = told && told->operating[0];
    bw_str_put(sure ? bw_str_c(told->operating) : bw_flight_carrier(flight), carrier, sizeof carrier);
    const char *station = planned && bag->fwd_from[0] ? bag->fwd_from : last_station(bag);
    const char *rule = carrier[0] || planned ? carrier : bag->custodian;
    owe(to, planned ? BW_OWE_FORWARD : BW_OWE_IN_FLIGHT, first_named(rule, bag), station);
    (void)bw_flight_text(flight, date, to->basis);
    to->unconfirmed = carrier[0] && !sure;
}

static bool at_home(const struct bw_bag *bag)
{
    const char *target = bw_bag_target(bag);
    return target[0] && strcmp(last_station(bag), target) == 0;
}

/* It came to where its owner was to be, who is somewhere else by then: it has to be sent on (CASE-10). */
static bool moved_on(const struct bw_bag *bag)
{
    bool there = bag->place == BW_PLACE_AT_DESTINATION || bag->place == BW_PLACE_ON_BELT;
    return there && bag->n_stays && bw_bag_target(bag)[0] && !at_home(bag);
}

/* Standing somewhere: at its destination somebody must bring it or call its owner, elsewhere somebody must send it on
 * (BAG-10). */
static void owe_holder(const struct bw_bag *bag, struct bw_owing *to)
{
    owe(to, at_home(bag) ? BW_OWE_AT_STATION : BW_OWE_LOCATED, first_named(bag->custodian, bag), last_station(bag));
}

/* Seen where its onward flight departs, after that was gone: it stands there (BAG-10). */
static bool left_standing(const struct bw_bag *bag, const struct bw_world *world)
{
    const struct bw_leg *leg = bw_bag_onward(bag);
    const struct bw_flight *f = leg ? bw_world_flight(world, leg->flight, leg->date) : NULL;
    bw_time gone = f ? bw_flight_gone_at(f) : BW_TIME_NONE;
    return gone != BW_TIME_NONE && bag->place_at != BW_TIME_NONE && bag->place_at > gone;
}

static bool unclaimed(const struct bw_bag *bag)
{
    return bag->case_state == BW_CASE_NONE && strcmp(bag->watch_why, BW_WHY_UNCLAIMED) == 0 && bag->at_rest &&
           at_home(bag);
}

static void owe_tracing(const struct bw_bag *bag, struct bw_owing *to)
{
    if (bag->custodian[0] && strcmp(bag->denied_by, bag->custodian) != 0)
        owe(to, BW_OWE_TRACING_HOLDER, bag->custodian, last_station(bag));
    else
        owe(to, BW_OWE_TRACING, first_named(bag->owner, bag), last_station(bag));
}

/* What place news is owed of a watched bag. */
static size_t owe_place(const struct bw_bag *bag, const struct bw_world *world, struct bw_owing to[BW_OWED_MAX])
{
    if (bag->custody == BW_CUSTODY_DISPUTED)
        return owe_dispute(bag, to);

    if (bag->custody == BW_CUSTODY_PENDING)
        owe_transfer(bag, &to[0]);
    else if (bag->place == BW_PLACE_WITH_COURIER || bag->attempted)
        owe_courier(bag, &to[0]);
    else if (unclaimed(bag))
        owe(&to[0], BW_OWE_UNCLAIMED, first_named(bag->custodian, bag), last_station(bag));
    else if ((bag->place == BW_PLACE_AT_DESTINATION || bag->place == BW_PLACE_ON_BELT) && !moved_on(bag))
        owe(&to[0], BW_OWE_AT_STATION, first_named(bag->custodian, bag), last_station(bag));
    else if (bag->place == BW_PLACE_HELD)
        owe(&to[0], BW_OWE_HELD, first_named(bag->custodian, bag), last_station(bag));
    else if (bag->place == BW_PLACE_LOADED || bag->forward)
        owe_flight(bag, world, &to[0]);
    else if (moved_on(bag) || (bag->place == BW_PLACE_AT && (bag->sighted_since_report || bag->at_rest ||
                                                             at_home(bag) || left_standing(bag, world))))
        owe_holder(bag, &to[0]);
    else
        owe_tracing(bag, &to[0]);
    /* A watched bag of which no carrier at all is known: there is nobody to name. */
    return to[0].debtor[0] ? 1 : 0;
}

/* What a desk owes rests while the customer, who knows, has something to give first; the file's owner keeps asking
 * (CLK-18).  What moves, what is disputed and what is searched for goes on. */
static void rest(const struct bw_bag *bag, struct bw_owing *to)
{
    if (!bw_wait_rests(&bag->wait) || !bw_wait_covers(to->owed))
        return;
    owe(to, BW_OWE_REMIND, first_named(bag->owner, bag), last_station(bag));
    bw_str_put(bw_str_c(bag->wait.needs), to->basis, sizeof to->basis);
}

/* Whoever was asked owes the answer, by when it was told that it would (CLK-09). */
static void owe_answer(const struct bw_ask *ask, struct bw_owing *to)
{
    owe(to, BW_OWE_ASK, ask->carrier, ask->station);
    bw_ask_basis(ask, to->basis);
    to->due = ask->due_at;
}

size_t bw_owing_place(const struct bw_bag *bag, const struct bw_world *world, struct bw_owing to[BW_OWED_MAX])
{
    if (!bag->watched || bag->watch_ended || !bw_uuid_is_nil(&bag->joined_into))
        return 0;
    if (bag->place == BW_PLACE_DELIVERED || bag->case_state == BW_CASE_CLOSED)
        return 0;
    size_t n = owe_place(bag, world, to);
    if (n == 1)
        rest(bag, &to[0]);
    _Static_assert(BW_OWED_MAX >= 2 + BW_ASKS, "room for both sides of a dispute and whoever is asked");
    for (size_t at = 0; at < bag->n_asks; at++)
        owe_answer(&bag->asks[at], &to[n++]);
    return n;
}

static void owe_step(const struct bw_case *c, enum bw_owed owed, struct bw_owing *to)
{
    owe(to, owed, c->owner, c->station);
    bw_str_put(bw_str_c(bw_owed_kind_word(bw_owed_row(owed)->kind)), to->basis, sizeof to->basis);
}

/* One promise for all claims of the file (CLK-01): the step that falls due first; its number makes it that claim's. */
static void owe_claim(const struct bw_case *c, const struct bw_claim *claim, unsigned number, struct bw_owing *to)
{
    owe_step(c, bw_claim_owes(claim), to);
    snprintf(to->basis, sizeof to->basis, "claim %u", number);
    to->since = claim->since;
}

size_t bw_owing_case(const struct bw_case *c, struct bw_owing to[BW_OWED_MAX])
{
    size_t n = 0;
    unsigned number = 0;
    if (c->state == BW_CASE_NONE || c->state == BW_CASE_CLOSED || !c->owner[0])
        return 0;
    if (c->state == BW_CASE_REPORT)
        owe_step(c, BW_OWE_REPORT, &to[n++]);
    else if (c->state == BW_CASE_LOST)
        owe_step(c, BW_OWE_LOST_STEP, &to[n++]);
    else if (c->awaited != 0)
        owe_step(c, c->first_result ? BW_OWE_CASE_STEP : BW_OWE_FIRST_RESULT, &to[n++]);
    const struct bw_claim *claim = bw_claim_next(c, &number);
    if (claim)
        owe_claim(c, claim, number, &to[n++]);
    _Static_assert(BW_OWED_MAX >= 3 + BW_CASE_GIVEN, "room for what staff promised");
    for (size_t at = 0; at < c->n_given; at++) {
        owe(&to[n], BW_OWE_OWN_WORD, c->given[at].carrier, c->station);
        bw_str_put(bw_str_c(c->given[at].what), to[n].basis, sizeof to[n].basis);
        to[n++].due = c->given[at].due_at;
    }
    if (c->offered_to[0]) {
        owe(&to[n], BW_OWE_OWNER, c->offered_to, c->station);
        basis_pair(&to[n], c->owner, c->offered_to);
        bw_str_put(bw_str_c(c->owner), to[n].handoff_from, sizeof to[n].handoff_from);
        n++;
    }
    return n;
}
