/* SPDX-License-Identifier: Apache-2.0 */
/* bag_legs.c - the journey of a bag, from forecasts and from the passenger's itinerary, and who belongs to it.
 * Layer: domain.  Threads: any.  Source: design.md 6 (owner without itinerary), domain.md 9.3.6, BAG-05, CASE-11. */
#include "bag_int.h"

static bw_date planned_day(const struct bw_bag *bag)
{
    if (bag->forward && bag->fwd_date != BW_DATE_NONE)
        return bag->fwd_date;
    bw_time at = bag->window_from != BW_TIME_NONE ? bag->window_from : bag->recorded_at;
    return at == BW_TIME_NONE ? BW_DATE_NONE : bw_date_of(at);
}

const char *bw_bag_target(const struct bw_bag *bag)
{
    bw_date day = planned_day(bag);
    for (size_t k = 0; k < bag->n_stays; k++) {
        const struct bw_stay *stay = &bag->stays[k];
        bool begun = stay->from == BW_DATE_NONE || (day != BW_DATE_NONE && day >= stay->from);
        if (begun && (stay->until == BW_DATE_NONE || day <= stay->until))
            return stay->station;
    }
    return bag->destination;
}

struct legs {
    struct bw_leg v[BW_LEGS];
    size_t n;
};

static void add(struct legs *to, const struct bw_leg *from, size_t n)
{
    for (size_t at = 0; at < n && to->n < BW_LEGS; at++)
        to->v[to->n++] = from[at];
}

static bool same_leg(const struct bw_leg *a, const struct bw_leg *b)
{
    bool day = a->date == b->date || a->date == BW_DATE_NONE || b->date == BW_DATE_NONE;
    return day && a->flight[0] && strcmp(a->flight, b->flight) == 0;
}

static bool same_station(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

/* Index of the first old leg that is `leg`, or n. */
static size_t find_leg(const struct legs *old, const struct bw_leg *leg)
{
    size_t at = 0;
    while (at < old->n && !same_leg(&old->v[at], leg))
        at++;
    return at;
}

static void fill_blanks(struct bw_leg *leg, const struct bw_leg *known)
{
    if (!leg->from[0])
        BW_SET(leg->from, known->from);
    if (!leg->to[0])
        BW_SET(leg->to, known->to);
    if (leg->date == BW_DATE_NONE)
        leg->date = known->date;
}

/* A telegram tells its part of the journey: what it shares with the known one is where it fits in; what stands behind
 * its last known leg stays; what it leaves out in between is over. */
static struct legs overlap(const struct legs *old, struct legs news, size_t first_new, size_t first_old)
{
    struct legs all = { .n = 0 };
    size_t last = find_leg(old, &news.v[news.n - 1]);
    for (size_t at = 0; at < news.n; at++) {
        size_t known = find_leg(old, &news.v[at]);
        if (known < old->n)
            fill_blanks(&news.v[at], &old->v[known]);
    }
    add(&all, old->v, first_old);
    size_t from = first_old > 0 ? first_new : 0;
    add(&all, news.v + from, news.n - from);
    if (last < old->n)
        add(&all, old->v + last + 1, old->n - last - 1);
    return all;
}

static struct legs merge(const struct legs *old, const struct legs *news)
{
    struct legs all = { .n = 0 };
    for (size_t at = 0; at < news->n; at++) {
        size_t known = find_leg(old, &news->v[at]);
        if (known < old->n)
            return overlap(old, *news, at, known);
    }
    /* Another way from a station of the journey on; behind its end; before its start; or another journey. */
    for (size_t at = 0; at < old->n; at++) {
        if (!same_station(old->v[at].from, news->v[0].from))
            continue;
        add(&all, old->v, at);
        add(&all, news->v, news->n);
        return all;
    }
    bool behind = old->n && same_station(old->v[old->n - 1].to, news->v[0].from);
    bool ahead = old->n && same_station(news->v[news->n - 1].to, old->v[0].from);
    if (behind)
        add(&all, old->v, old->n);
    add(&all, news->v, news->n);
    if (ahead && !behind)
        add(&all, old->v, old->n);
    return all;
}

static struct legs legs_of(const struct bw_event *ev)
{
    struct legs legs = { .n = 0 };
    add(&legs, ev->data.legs, ev->data.n_legs);
    if (legs.n || !ev->flight[0] || ev->code != BW_EV_BAG_EXPECTED)
        return legs;
    struct bw_leg *leg = &legs.v[legs.n++];
    leg->date = ev->flight_date;
    BW_SET(leg->flight, ev->flight);
    BW_SET(leg->from, ev->station);
    BW_SET(leg->to, ev->data.to_station);
    return legs;
}

static void put(struct bw_bag *bag, const struct legs *legs)
{
    for (size_t at = 0; at < BW_LEGS; at++)
        bag->legs[at] = at < legs->n ? legs->v[at] : (struct bw_leg){ .date = BW_DATE_NONE };
    bag->n_legs = (uint8_t)legs->n;
    bag->last_carrier[0] = '\0';
    if (legs->n)
        bw_str_put(bw_flight_carrier(legs->v[legs->n - 1].flight), bag->last_carrier, sizeof(bag->last_carrier));
    if (legs->n && legs->v[legs->n - 1].to[0])
        BW_SET(bag->destination, legs->v[legs->n - 1].to);
}

void bw_legs_step(struct bw_bag *bag, const struct bw_event *ev)
{
    struct legs old = { .n = 0 }, news = legs_of(ev);
    add(&old, bag->legs, bag->n_legs);
    if (ev->code == BW_EV_BAG_EXPECTED && news.n && !bag->legs_from_case) {
        struct legs all = merge(&old, &news);
        put(bag, &all);
    }
    /* Only the case that the bag is on: a rival report stands beside it. */
    if (ev->code != BW_EV_CASE_OPENED || !bw_uuid_eq(&bag->case_id, &ev->data.case_id))
        return;
    if (news.n) {
        put(bag, &news);
        bag->legs_from_case = true;
    }
    if (!bag->destination[0])
        BW_SET(bag->destination, ev->station);
}

static bool flies_for(const char *flight, const char *carrier)
{
    return flight[0] && bw_str_eq_c(bw_flight_carrier(flight), carrier);
}

bool bw_bag_in_journey(const struct bw_bag *bag, const char *carrier)
{
    if (!carrier[0])
        return false;
    for (size_t at = 0; at < bag->n_legs; at++)
        if (flies_for(bag->legs[at].flight, carrier))
            return true;
    const char *const parties[] = { bag->owner, bag->custodian, bag->receiver, bag->fwd_by };
    for (size_t at = 0; at < BW_LEN(parties); at++)
        if (strcmp(parties[at], carrier) == 0)
            return true;
    return flies_for(bag->fwd_flight, carrier) || flies_for(bag->flight, carrier);
}

static void reach_carrier(struct bw_bag_reach *r, struct bw_str carrier)
{
    for (size_t at = 0; at < r->n_carriers; at++)
        if (bw_str_eq_c(carrier, r->carriers[at]))
            return;
    if (carrier.n && r->n_carriers < BW_REACH_MOST &&
        bw_str_copy(carrier, r->carriers[r->n_carriers], sizeof r->carriers[0]))
        r->n_carriers++;
}

static void reach_flight(struct bw_bag_reach *r, const char *flight, bw_date date)
{
    char term[BW_TERM_FLIGHT];
    if (!flight[0])
        return;
    reach_carrier(r, bw_flight_carrier(flight));
    if (date == BW_DATE_NONE)
        return;
    (void)bw_term_of_flight(flight, date, term);
    for (size_t at = 0; at < r->n_flights; at++)
        if (strcmp(term, r->flights[at]) == 0)
            return;
    if (r->n_flights < BW_REACH_MOST)
        memcpy(r->flights[r->n_flights++], term, sizeof term);
}

void bw_bag_reach(const struct bw_bag *bag, struct bw_bag_reach *ret)
{
    ret->n_carriers = ret->n_flights = 0;
    for (size_t at = 0; at < bag->n_legs; at++)
        reach_flight(ret, bag->legs[at].flight, bag->legs[at].date);
    const char *const parties[] = { bag->owner, bag->custodian, bag->receiver, bag->fwd_by };
    for (size_t at = 0; at < BW_LEN(parties); at++)
        reach_carrier(ret, bw_str_c(parties[at]));
    reach_flight(ret, bag->fwd_flight, bag->fwd_date);
    reach_flight(ret, bag->flight, bag->flight_date);
}

const char *bw_bag_owner_by_rule(const struct bw_bag *bag, const char *opener)
{
    if (bag->last_carrier[0])
        return bag->last_carrier;
    return bag->custodian[0] ? bag->custodian : opener;
}
