/* SPDX-License-Identifier: Apache-2.0 */
/* watch.c - bags that are found by rule: a flight left without them, a connection cannot be made, nobody claims them.
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-20, BAG-09, BAG-10, story.md row 6. */
#include "bw/domain/watch.h"

#include <stdio.h>

#define UNCLAIMED_AFTER BW_DAY
#define QUIET_AFTER (48 * BW_HOUR)

static bool is(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

static bool flies_on(const struct bw_leg *leg, const char *flight, bw_date date)
{
    return is(leg->flight, flight) && (leg->date == date || leg->date == BW_DATE_NONE || date == BW_DATE_NONE);
}

/* Index of the leg, or n_legs. */
static size_t leg_of(const struct bw_bag *bag, const char *flight, bw_date date)
{
    size_t at = 0;
    while (at < bag->n_legs && !flies_on(&bag->legs[at], flight, date))
        at++;
    return at;
}

static bool comes_to(const struct bw_bag *bag, size_t from_leg, const char *station)
{
    for (size_t at = from_leg; at < bag->n_legs; at++)
        if (is(bag->legs[at].to, station))
            return true;
    return false;
}

static bool can_move(const struct bw_bag *bag)
{
    return bag->place == BW_PLACE_AT || bag->place == BW_PLACE_HELD || bag->place == BW_PLACE_LOADED;
}

enum bw_stand bw_bag_stand(const struct bw_bag *bag, const char *flight, bw_date date)
{
    size_t leg = leg_of(bag, flight, date);
    if (leg == bag->n_legs || bag->last_seen_at == BW_TIME_NONE || !can_move(bag))
        return BW_STAND_ELSEWHERE;
    if (bag->place == BW_PLACE_LOADED)
        return leg_of(bag, bag->flight, bag->flight_date) < leg ? BW_STAND_BEHIND : BW_STAND_ELSEWHERE;
    /* A round trip comes by again: where it ends is not where it begins. */
    if (comes_to(bag, leg, bag->station))
        return BW_STAND_ELSEWHERE;
    if (is(bag->legs[leg].from, bag->station))
        return leg == 0 ? BW_STAND_START : BW_STAND_HERE;
    for (size_t at = 0; at < leg; at++)
        if (is(bag->legs[at].from, bag->station) || is(bag->legs[at].to, bag->station))
            return BW_STAND_BEHIND;
    return BW_STAND_ELSEWHERE;
}

/* Nobody has asked for it, and it is not known to be with its owner. */
static bool unwatched(const struct bw_bag *bag)
{
    return !bag->watched && bag->place != BW_PLACE_DELIVERED && bw_uuid_is_nil(&bag->joined_into) &&
           bag->case_state == BW_CASE_NONE;
}

bool bw_bag_missed(const struct bw_bag *bag, const struct bw_flight *flight, bool loading_seen, bw_time now)
{
    bw_time gone = bw_flight_gone_at(flight);
    if (gone == BW_TIME_NONE || gone > now || !unwatched(bag))
        return false;
    enum bw_stand stand = bw_bag_stand(bag, flight->number, flight->date);
    bool in_the_air = stand == BW_STAND_BEHIND && bag->place == BW_PLACE_LOADED;
    return stand == BW_STAND_HERE || in_the_air || (stand != BW_STAND_ELSEWHERE && loading_seen);
}

const struct bw_leg *bw_bag_cannot_connect(const struct bw_bag *bag, const struct bw_world *world)
{
    if (!unwatched(bag) || bag->place != BW_PLACE_LOADED)
        return NULL;
    size_t on = leg_of(bag, bag->flight, bag->flight_date);
    if (on + 1 >= bag->n_legs)
        return NULL;
    const struct bw_leg *next = &bag->legs[on + 1];
    const struct bw_flight *in = bw_world_flight(world, bag->legs[on].flight, bag->legs[on].date);
    const struct bw_flight *out = bw_world_flight(world, next->flight, next->date);
    if (!in || !out || in->cancelled || out->cancelled)
        return NULL;
    bw_time arrives = bw_flight_arrives(in), departs = bw_flight_departs(out);
    bool known = arrives != BW_TIME_NONE && departs != BW_TIME_NONE;
    return known && arrives >= departs ? next : NULL;
}

bool bw_watch_holds(const struct bw_bag *bag, const struct bw_event *ev)
{
    if (is(ev->data.why, BW_WHY_MISSED))
        return unwatched(bag) && bw_bag_stand(bag, ev->flight, ev->flight_date) != BW_STAND_ELSEWHERE;
    if (is(ev->data.why, BW_WHY_UNCLAIMED))
        return bw_bag_unclaimed_at(bag) == ev->occurred_at;
    return !bag->watched && bag->place != BW_PLACE_DELIVERED && bag->case_state != BW_CASE_CLOSED;
}

static void watch_event(const struct bw_bag *bag, const char *why, bw_time at, struct bw_event *to)
{
    bw_event_ours(BW_EV_WATCH_STARTED, BW_SUBJECT_BAG, &bag->bag_id, at, to);
    bw_str_put(bw_str_c(why), to->data.why, sizeof to->data.why);
}

void bw_missed_event(const struct bw_bag *bag, const char *flight, bw_date date, bw_time at, struct bw_event *to)
{
    char text[BW_FLIGHT_TEXT];
    watch_event(bag, BW_WHY_MISSED, at, to);
    snprintf(to->event_id, sizeof to->event_id, "missed.%s", bw_flight_text(flight, date, text));
    for (char *c = to->event_id; *c; c++)
        *c = *c == '/' ? '.' : *c;
    bw_str_put(bw_str_c(flight), to->flight, sizeof to->flight);
    to->flight_date = date;
}

bw_time bw_bag_unclaimed_at(const struct bw_bag *bag)
{
    const char *target = bw_bag_target(bag);
    bool stands = bag->at_rest && (bag->place == BW_PLACE_AT_DESTINATION || bag->place == BW_PLACE_AT) &&
                  is(target, bag->station);
    if (!stands || !unwatched(bag) || bag->last_seen_at == BW_TIME_NONE)
        return BW_TIME_NONE;
    return bag->place_at + UNCLAIMED_AFTER;
}

void bw_unclaimed_event(const struct bw_bag *bag, struct bw_event *to)
{
    bw_time at = bw_bag_unclaimed_at(bag);
    watch_event(bag, BW_WHY_UNCLAIMED, at, to);
    snprintf(to->event_id, sizeof to->event_id, "unclaimed.%lld", (long long)(at / BW_SECOND));
    bw_str_put(bw_str_c(bag->station), to->station, sizeof to->station);
}

bw_time bw_bag_timeout_at(const struct bw_bag *bag)
{
    return bag->timeout_at != BW_TIME_NONE ? bag->timeout_at : bw_bag_unclaimed_at(bag);
}

static bw_time end_of_day(bw_date date, const char *station, const struct bw_world *world)
{
    const struct bw_station *s = bw_world_station(world, station);
    bw_time end = bw_date_start(date + 1);
    enum bw_local how;
    return s && s->zone ? bw_zone_to_utc(s->zone, end, &how) : end;
}

static bw_time last_arrival(const struct bw_bag *bag, const struct bw_world *world)
{
    for (size_t at = bag->n_legs; at > 0; at--) {
        const struct bw_leg *leg = &bag->legs[at - 1];
        const struct bw_flight *f = bw_world_flight(world, leg->flight, leg->date);
        bw_time arrives = f ? bw_flight_arrives(f) : BW_TIME_NONE;
        if (arrives != BW_TIME_NONE)
            return arrives;
        if (leg->date != BW_DATE_NONE)
            return end_of_day(leg->date, leg->to, world);
    }
    return bag->travel_date == BW_DATE_NONE ? BW_TIME_NONE : end_of_day(bag->travel_date, bag->station, world);
}

bw_time bw_bag_quiet_at(const struct bw_bag *bag, const struct bw_world *world)
{
    if (bag->watched || bag->place == BW_PLACE_DELIVERED)
        return BW_TIME_NONE;
    bw_time arrival = last_arrival(bag, world);
    return arrival == BW_TIME_NONE ? BW_TIME_NONE : arrival + QUIET_AFTER;
}

const struct bw_leg *bw_bag_onward(const struct bw_bag *bag)
{
    if (bag->place != BW_PLACE_AT)
        return NULL;
    for (size_t at = 0; at < bag->n_legs; at++)
        if (is(bag->legs[at].from, bag->station) && !comes_to(bag, at, bag->station))
            return &bag->legs[at];
    return NULL;
}

bool bw_bag_hangs_on(const struct bw_bag *bag, const char **ret_flight, bw_date *ret_date)
{
    if (!bag->watched)
        return false;
    const struct bw_leg *leg = bw_bag_onward(bag);
    *ret_flight = "";
    if (bag->place == BW_PLACE_LOADED) {
        *ret_flight = bag->flight;
        *ret_date = bag->flight_date;
    } else if (bag->forward) {
        *ret_flight = bag->fwd_flight;
        *ret_date = bag->fwd_date;
    } else if (leg && !bag->at_rest && !bag->sighted_since_report) {
        *ret_flight = leg->flight;
        *ret_date = leg->date;
    }
    return (*ret_flight)[0] && *ret_date != BW_DATE_NONE;
}
