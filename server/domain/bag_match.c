/* SPDX-License-Identifier: Apache-2.0 */
/* bag_match.c - how well a statement fits one of the bags that its identity may mean: by travel date, by route, by what
 * can be.  Layer: domain.  Threads: any.  Source: BAG-02, BAG-12. */
#include "bag_possible.h"

enum { CANNOT = -1, UNKNOWN = 0, ON_ROUTE = 1, SAME_FLIGHT = 2 };

#define SAME_JOURNEY_DAYS 3

static bool same_flight(const struct bw_leg *a, const char *flight, bw_date date)
{
    bool day = a->date == BW_DATE_NONE || date == BW_DATE_NONE || a->date == date;
    return flight[0] && strcmp(a->flight, flight) == 0 && day;
}

static bool names_station(const struct bw_leg *leg, const char *station)
{
    return station[0] && (strcmp(leg->from, station) == 0 || strcmp(leg->to, station) == 0);
}

static bool complete(const struct bw_leg *legs, size_t n)
{
    for (size_t at = 0; at < n; at++)
        if (!legs[at].from[0] || !legs[at].to[0] || legs[at].date == BW_DATE_NONE)
            return false;
    return n > 0;
}

/* A journey near in time that passes through a station of the bag's.  A delayed bag flies on when it can. */
static bool may_join(const struct bw_bag *bag, const struct bw_leg *leg, bool any_day)
{
    if (any_day && (names_station(leg, bag->station) || names_station(leg, bag->last_seen_station)))
        return true;
    for (size_t at = 0; at < bag->n_legs; at++) {
        const struct bw_leg *known = &bag->legs[at];
        bw_date apart = known->date > leg->date ? known->date - leg->date : leg->date - known->date;
        if ((any_day || apart <= SAME_JOURNEY_DAYS) &&
            (names_station(known, leg->from) || names_station(known, leg->to)))
            return true;
    }
    return false;
}

/* A journey told as a whole against the one that is known; where either has gaps nothing can be said. */
static int match_journey(const struct bw_bag *bag, const struct bw_leg *legs, size_t n, bool any_day)
{
    int best = CANNOT;
    if (!complete(bag->legs, bag->n_legs) || !complete(legs, n))
        return UNKNOWN;
    for (size_t at = 0; at < n; at++) {
        for (size_t k = 0; k < bag->n_legs; k++)
            if (same_flight(&bag->legs[k], legs[at].flight, legs[at].date))
                return SAME_FLIGHT;
        if (may_join(bag, &legs[at], any_day))
            best = ON_ROUTE;
    }
    return best;
}

static int match_place(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world)
{
    if (!bw_sighting_fits(bag, ev, world) || bw_of_other_travel(bag, ev))
        return CANNOT;
    bool forward = bag->forward && ev->flight[0] && strcmp(ev->flight, bag->fwd_flight) == 0;
    int best = forward ? SAME_FLIGHT : UNKNOWN;
    for (size_t at = 0; at < bag->n_legs; at++) {
        if (same_flight(&bag->legs[at], ev->flight, ev->flight_date))
            best = SAME_FLIGHT;
        else if (best < ON_ROUTE && names_station(&bag->legs[at], ev->station))
            best = ON_ROUTE;
    }
    bool there =
        ev->station[0] && (strcmp(ev->station, bag->station) == 0 || strcmp(ev->station, bag->destination) == 0);
    return best < ON_ROUTE && there ? ON_ROUTE : best;
}

int bw_bag_match(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world)
{
    const struct bw_event_data *d = &ev->data;
    if (ev->code == BW_EV_CASE_OPENED)
        return match_journey(bag, d->legs, d->n_legs, false);
    if (ev->code != BW_EV_BAG_EXPECTED)
        return match_place(bag, ev, world);
    if (d->n_legs)
        return match_journey(bag, d->legs, d->n_legs, bag->watched);
    struct bw_leg leg = { .date = ev->flight_date };
    BW_SET(leg.flight, ev->flight);
    BW_SET(leg.from, ev->station);
    BW_SET(leg.to, d->to_station);
    return match_journey(bag, &leg, 1, bag->watched);
}
