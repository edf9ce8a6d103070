/* SPDX-License-Identifier: Apache-2.0 */
/* bag_possible.c - sightings that cannot be: off the bag's route and too far away for the time since the last one, or
 * of another travel, or under a plate of another issuer.  Each is kept as a possible sighting and moves nothing, until
 * a second independent scan or a check by staff bears it out; then it counts at its own time.  Decided within the one
 * order, so that the order of arrival does not matter.  Layer: domain.  Threads: any.  Source: BAG-11. */
#include "bag_possible.h"

#include <math.h>

#define KM_PER_HOUR 1000.0
#define GRACE (30 * BW_MINUTE)
#define EARTH_KM 6371.0
#define TRAVEL_DAYS 3 /* a travel date this near to the journey's is the same travel (design.md 7, alias windows) */

static double radians(double degrees)
{
    return degrees * (3.14159265358979323846 / 180.0);
}

double bw_station_km(const struct bw_station *a, const struct bw_station *b)
{
    double lat = sin(radians(b->latitude - a->latitude) / 2), lon = sin(radians(b->longitude - a->longitude) / 2);
    double h = lat * lat + cos(radians(a->latitude)) * cos(radians(b->latitude)) * lon * lon;
    return 2 * EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}

/* Where a station is unknown nothing can be said against it. */
static bool reachable(const struct bw_world *world, const char *from, bw_time left, const char *to, bw_time there)
{
    const struct bw_station *a = bw_world_station(world, from), *b = bw_world_station(world, to);
    if (!a || !b || a == b)
        return true;
    double hours = (double)((there > left ? there - left : left - there) + GRACE) / (double)BW_HOUR;
    return bw_station_km(a, b) <= KM_PER_HOUR * hours;
}

static bool is(const char *station, const char *one)
{
    return one[0] && strcmp(station, one) == 0;
}

static bool on_route(const struct bw_bag *bag, const char *station)
{
    for (size_t at = 0; at < bag->n_legs; at++)
        if (is(station, bag->legs[at].from) || is(station, bag->legs[at].to))
            return true;
    for (size_t at = 0; at < bag->n_stays; at++)
        if (is(station, bag->stays[at].station))
            return true;
    return is(station, bag->destination) || is(station, bag->fwd_from) || is(station, bag->fwd_to);
}

/* A bag of which no leg names a station has no route to be off. */
static bool off_route(const struct bw_bag *bag, const char *station)
{
    bool known = false;
    for (size_t at = 0; at < bag->n_legs; at++)
        known = known || bag->legs[at].from[0] || bag->legs[at].to[0];
    return known && station[0] && !on_route(bag, station);
}

bool bw_other_travel(const struct bw_bag *bag, bw_date day)
{
    bw_date first = BW_DATE_NONE, last = BW_DATE_NONE;
    for (size_t at = 0; at < bag->n_legs; at++) {
        bw_date date = bag->legs[at].date;
        if (date == BW_DATE_NONE)
            continue;
        first = first == BW_DATE_NONE || date < first ? date : first;
        last = last == BW_DATE_NONE || date > last ? date : last;
    }
    return first != BW_DATE_NONE && day != BW_DATE_NONE && (day < first - TRAVEL_DAYS || day > last + TRAVEL_DAYS);
}

/* A rush plate has a travel date of its own: that of the forward. */
bool bw_of_other_travel(const struct bw_bag *bag, const struct bw_event *ev)
{
    bool dated = ev->ident.kind == BW_IDENT_PLATE || ev->ident.kind == BW_IDENT_SHORT;
    return dated && bw_other_travel(bag, ev->ident.date);
}

bool bw_of_other_issuer(const struct bw_event *ev)
{
    return ev->flags & BW_FL_OTHER_ISSUER;
}

/* Who is checked in under the plate has a bag of its own. */
bool bw_bag_misread(const struct bw_bag *bag, const struct bw_event *ev)
{
    char letters[4];
    bw_str_put(bw_str_take(bw_str_c(ev->ident.value), 2), letters, sizeof letters);
    if (!bw_is_sighting(ev) || ev->code == BW_EV_BAG_ACCEPTED || ev->ident.kind != BW_IDENT_SHORT)
        return false;
    return !bw_of_other_travel(bag, ev) && bw_bag_in_journey(bag, letters) &&
           (on_route(bag, ev->station) || is(ev->station, bag->last_seen_station));
}

bool bw_sighting_fits(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world)
{
    if (!bw_is_sighting(ev) || ev->code == BW_EV_STATION_ANSWERED) /* a person was asked, and looked */
        return true;
    if (bw_of_other_travel(bag, ev) || bw_of_other_issuer(ev))
        return false;
    return bag->last_seen_at == BW_TIME_NONE || !off_route(bag, ev->station) ||
           reachable(world, bag->last_seen_station, bag->last_seen_at, ev->station, ev->order.t);
}

/* The same reader on the same spot may misread the same tag twice. */
static bool independent(const struct bw_event *a, const struct bw_event *b)
{
    return strcmp(a->sender, b->sender) != 0 || strcmp(a->station, b->station) != 0;
}

/* Whether another sighting tells the same strange story.  Of two far away the later bears out the earlier, which is
 * then where the later comes from. */
static bool bears_out(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_event *other, bool later,
                      const struct bw_world *world)
{
    if (!bw_is_sighting(other) || !independent(ev, other))
        return false;
    if (bw_of_other_travel(bag, ev))
        return other->ident.date == ev->ident.date && bw_of_other_travel(bag, other);
    if (bw_of_other_issuer(ev))
        return bw_of_other_issuer(other) && strcmp(other->ident.value, ev->ident.value) == 0;
    return later && off_route(bag, other->station) &&
           reachable(world, ev->station, ev->order.t, other->station, other->order.t);
}

bool bw_sighting_confirmed(const struct bw_bag *bag, const struct bw_event *const *events, size_t n, size_t at,
                           const struct bw_world *world)
{
    const struct bw_event *ev = events[at];
    for (size_t k = 0; k < n; k++) {
        bool checked = events[k]->code == BW_EV_SIGHTING_CONFIRMED && !bw_no_mandate(events[k]) &&
                       strcmp(events[k]->station, ev->station) == 0;
        if (k != at && ((checked && k > at) || bears_out(bag, ev, events[k], k > at, world)))
            return true;
    }
    return false;
}

void bw_possible_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_step *ret)
{
    bag->possible++;
    bag->possible_at = ev->order.t;
    BW_SET(bag->possible_station, ev->station);
    BW_SET(bag->possible_carrier, ev->carrier);
    bag->newest = ev->order;
    ret->outcome = BW_OUT_IMPLAUSIBLE;
    ret->sentence = "a possible sighting: off the route and too far away for the time; moves nothing until confirmed";
    if (bw_of_other_travel(bag, ev))
        ret->sentence = "a possible sighting: its travel date is not this bag's; moves nothing until confirmed";
    else if (bw_of_other_issuer(ev))
        ret->sentence = "a possible sighting: its plate has another issuer; moves nothing until confirmed";
}
