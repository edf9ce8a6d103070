/* SPDX-License-Identifier: Apache-2.0 */
/* rights.c - under which law a file stands, and the dates that it sets.
 * Layer: domain.  Threads: any.  Source: CLK-10, domain.md 5 (Montreal Art. 1, 17, 22, 31, 35; 14 CFR 260). */
#include "bw/domain/rights.h"

#include "bag_int.h"

struct rights {
    const struct bw_case *file;
    const struct bw_bag *const *bags;
    size_t n;
    const struct bw_world *world;
    bw_time now;
    struct bw_rights *to;
    /* the journey */
    const struct bw_leg *legs;
    size_t n_legs;
    bw_time due, landed; /* of the last flight, as told: when it ought to arrive, when it did; BW_TIME_NONE */
    int64_t flown;       /* how long it takes, us; 0 not told */
    bw_date day;         /* the earliest on which the last flight can have arrived, where it arrived; BW_DATE_NONE */
    bw_time arrived;     /* the earliest instant of it; BW_TIME_NONE */
};

/* --- days --- */

bw_date bw_day_of(const struct bw_zone *zone, bw_time at)
{
    return bw_date_of(zone ? at + bw_zone_offset(zone, at, NULL) * BW_SECOND : at);
}

static bw_time local(const struct bw_zone *zone, bw_time wall)
{
    enum bw_local how;
    return zone ? bw_zone_to_utc(zone, wall, &how) : wall;
}

bw_time bw_day_end(const struct bw_zone *zone, bw_date day)
{
    return local(zone, bw_date_start(day + 1) - BW_MINUTE);
}

bw_date bw_years_on(bw_date day, int years)
{
    int year;
    unsigned month, of_month;
    bw_date_to_civil(day, &year, &month, &of_month);
    year += years;
    while (!bw_date_valid(year, month, of_month))
        of_month--;
    return bw_date_from_civil(year, month, of_month);
}

/* --- the journey --- */

static const struct bw_station *station_of(const struct rights *r, const char *code)
{
    return code[0] ? bw_world_station(r->world, code) : NULL;
}

static const char *country_of(const struct rights *r, const char *code)
{
    const struct bw_station *s = station_of(r, code);
    return s ? s->country : "";
}

static const struct bw_zone *zone_of(const struct rights *r, const char *code)
{
    const struct bw_station *s = station_of(r, code);
    return s ? s->zone : NULL;
}

static void take_times(struct rights *r, const struct bw_flight *f)
{
    if (!f || f->cancelled)
        return;
    r->due = f->arrives[BW_SCHEDULED];
    r->landed = f->arrives[BW_ACTUAL_AT];
    for (int sure = BW_SCHEDULED; sure < BW_SURE_MAX && !r->flown; sure++)
        if (f->departs[sure] != BW_TIME_NONE && f->arrives[sure] > f->departs[sure])
            r->flown = f->arrives[sure] - f->departs[sure];
}

/* The passenger's own itinerary; for want of one, what the first bag with any was forecast for. */
static void take_journey(struct rights *r)
{
    r->legs = r->file->legs;
    r->n_legs = r->file->n_legs;
    for (size_t k = 0; !r->n_legs && k < r->n; k++) {
        r->legs = r->bags[k]->legs;
        r->n_legs = r->bags[k]->n_legs;
        r->to->forecast = r->n_legs > 0 && !r->bags[k]->legs_from_case;
    }
    if (!r->n_legs)
        return;
    const struct bw_leg *last = &r->legs[r->n_legs - 1];
    BW_SET(r->to->from, r->legs[0].from);
    BW_SET(r->to->to, last->to);
    BW_SET(r->to->flight, last->flight);
    r->to->flight_day = last->date;
    if (last->date == BW_DATE_NONE || !station_of(r, last->to))
        return;
    take_times(r, bw_world_flight(r->world, last->flight, last->date));
    r->arrived = r->due;
    if (r->landed != BW_TIME_NONE && (r->due == BW_TIME_NONE || r->landed < r->due))
        r->arrived = r->landed;
    /* Without its times: it cannot land before it leaves, so the beginning of its day where it leaves, seen from where
     * it lands.  Over the date line that may be the day before. */
    if (r->arrived == BW_TIME_NONE)
        r->arrived = station_of(r, last->from) ? local(zone_of(r, last->from), bw_date_start(last->date))
                                               : bw_date_start(last->date) - BW_DAY / 2;
    r->day = bw_day_of(zone_of(r, last->to), r->arrived);
}

static bool all_in(const struct rights *r, const char *country)
{
    bool all = r->n_legs > 0;
    for (size_t k = 0; k < r->n_legs; k++)
        all = all && strcmp(country_of(r, r->legs[k].from), country) == 0 &&
              strcmp(country_of(r, r->legs[k].to), country) == 0;
    return all;
}

static bool any_in(const struct rights *r, const char *country)
{
    for (size_t k = 0; k < r->n_legs; k++) {
        if (strcmp(country_of(r, r->legs[k].from), country) == 0 || strcmp(country_of(r, r->legs[k].to), country) == 0)
            return true;
    }
    return false;
}

/* A stop whose country is known and is another than where the journey begins and ends. */
static bool stops_abroad(const struct rights *r, const char *home)
{
    for (size_t k = 0; k + 1 < r->n_legs; k++) {
        const char *stop = country_of(r, r->legs[k].to);
        if (stop[0] && strcmp(stop, home) != 0)
            return true;
    }
    return false;
}

/* Art. 1(2): between two states that are parties, or within one with an agreed stop in another state. */
static bool by_route(const struct rights *r, const char *from, const char *to)
{
    const struct bw_legal_scope *a = bw_legal_scope(r->world->legal, BW_REGIME_MONTREAL, false, from, r->day);
    const struct bw_legal_scope *b = bw_legal_scope(r->world->legal, BW_REGIME_MONTREAL, false, to, r->day);
    if (!a || !b || (strcmp(from, to) == 0 && !stops_abroad(r, from)))
        return false;
    r->to->reviewed = a->reviewer[0] && b->reviewer[0];
    return true;
}

static bool by_carriers(const struct rights *r)
{
    bool reviewed = true;
    for (size_t k = 0; k < r->n_legs; k++) {
        char carrier[4];
        bw_str_put(bw_flight_carrier(r->legs[k].flight), carrier, sizeof carrier);
        const struct bw_legal_scope *s = bw_legal_scope(r->world->legal, BW_REGIME_EU, true, carrier, r->day);
        if (!s)
            return false;
        reviewed = reviewed && s->reviewer[0];
    }
    r->to->reviewed = reviewed;
    return true;
}

static void choose_regime(struct rights *r)
{
    const char *from = country_of(r, r->to->from), *to = country_of(r, r->to->to);
    r->to->regime = BW_REGIME_UNKNOWN;
    if (!r->to->from[0] || !r->to->to[0] || r->to->flight_day == BW_DATE_NONE) {
        r->to->why = BW_LAW_NO_JOURNEY;
    } else if (!from[0] || !to[0]) {
        r->to->why = BW_LAW_NO_STATION;
    } else if (by_route(r, from, to)) {
        r->to->regime = BW_REGIME_MONTREAL;
        r->to->why = BW_LAW_ROUTE;
    } else if (by_carriers(r)) {
        r->to->regime = BW_REGIME_EU;
        r->to->why = BW_LAW_CARRIERS;
    } else if (all_in(r, "US") && bw_legal_scope(r->world->legal, BW_REGIME_US, false, "US", r->day)) {
        r->to->regime = BW_REGIME_US;
        r->to->why = BW_LAW_DOMESTIC;
    } else {
        r->to->why = BW_LAW_NOT_LISTED;
    }
    if (r->to->regime != BW_REGIME_UNKNOWN)
        r->to->limit = bw_legal_limit(r->world->legal, r->to->regime, r->day);
}

/* --- one date --- */

static struct bw_right *add(struct rights *r, enum bw_regime regime, enum bw_grant grant, enum bw_trip trip,
                            const char *station)
{
    const struct bw_legal_rule *rule = bw_legal_rule(r->world->legal, regime, grant, trip, r->day);
    if (!rule || r->to->n == BW_RIGHTS_MAX)
        return NULL;
    struct bw_right *d = &r->to->dates[r->to->n++];
    *d = (struct bw_right){ .rule = rule,
                            .reviewed = rule->reviewer[0] && (regime != r->to->regime || r->to->reviewed),
                            .start_at = BW_TIME_NONE,
                            .start_day = BW_DATE_NONE,
                            .last_day = BW_DATE_NONE,
                            .at = BW_TIME_NONE,
                            .zone = zone_of(r, station) };
    if (d->zone)
        BW_SET(d->station, station);
    return d;
}

static void condition(struct bw_right *d, const char *word, enum bw_met met)
{
    BW_ASSERT(d->n_conditions < BW_LEN(d->conditions));
    d->conditions[d->n_conditions++] = (struct bw_condition){ word, met };
}

/* Counts from a day there, which is not itself one of the days. */
static void count(struct bw_right *d, bw_date day)
{
    d->start_day = day;
    d->last_day = d->rule->unit == BW_LEGAL_YEARS ? bw_years_on(day, d->rule->amount) : day + d->rule->amount;
    d->at = bw_day_end(d->zone, d->last_day);
}

static enum bw_met told(const struct bw_case *file, uint8_t bag, unsigned kinds)
{
    for (size_t k = 0; k < file->n_claims; k++) {
        const struct bw_claim *c = &file->claims[k];
        bool of_this = c->bag == 0 || bag == 0 || c->bag == bag;
        if (of_this && (kinds & 1u << c->kind) && c->step != BW_STEP_WITHDRAWN)
            return BW_MET;
    }
    return BW_MISSING;
}

static bool delivered(const struct bw_bag *bag)
{
    return bag->place == BW_PLACE_DELIVERED && bag->place_at != BW_TIME_NONE;
}

static void start_from_bag(struct bw_right *d, const struct bw_bag *bag)
{
    bool ready = d->rule->from == BW_FROM_DISPOSAL && bag->ready_at != BW_TIME_NONE;
    if (ready && (!delivered(bag) || bag->ready_at < bag->place_at)) {
        /* Whether being told that it is ready is "at one's disposal" is for a court: the earlier counts. */
        d->start = BW_START_READY;
        d->uncertain = true;
        d->start_at = bag->ready_at;
        BW_SET(d->said_by, bag->ready_by);
    } else if (delivered(bag)) {
        d->start = BW_START_DELIVERED;
        d->start_at = bag->place_at;
        if (bag->last_seen_code == BW_EV_DELIVERED)
            BW_SET(d->said_by, bag->last_seen_carrier);
    }
    if (d->start)
        count(d, bw_day_of(d->zone, d->start_at));
}

static void complaint(struct rights *r, const struct bw_bag *bag, uint8_t number, enum bw_grant grant)
{
    const unsigned broken = 1u << BW_CLAIM_DAMAGE | 1u << BW_CLAIM_MISSING, late = 1u << BW_CLAIM_EXPENSES;
    const char *target = bw_bag_target(bag);
    struct bw_right *d = add(r, r->to->regime, grant, BW_TRIP_ANY, target[0] ? target : r->to->to);
    if (!d)
        return;
    d->bag = number;
    start_from_bag(d, bag);
    condition(d, "has-bag", delivered(bag) ? BW_MET : BW_MISSING);
    condition(d, "told", told(r->file, number, grant == BW_GRANT_DAMAGE ? broken : late));
}

/* What runs from the day on which the aircraft ought to have landed; an action, if that was earlier, from when it did.
 */
static struct bw_right *from_arrival(struct rights *r, enum bw_grant grant)
{
    struct bw_right *d = add(r, r->to->regime, grant, BW_TRIP_ANY, r->to->to);
    if (!d || r->day == BW_DATE_NONE)
        return d;
    bool timed = r->due != BW_TIME_NONE || r->landed != BW_TIME_NONE;
    d->start_at = grant == BW_GRANT_NOT_COME && r->due != BW_TIME_NONE ? r->due : r->arrived;
    d->start = BW_START_FLIGHT_DAY;
    if (timed)
        d->start = d->start_at == r->due ? BW_START_SCHEDULED : BW_START_LANDED;
    d->uncertain = !timed || (grant == BW_GRANT_NOT_COME ? r->due : r->landed) == BW_TIME_NONE;
    count(d, bw_day_of(d->zone, d->start_at));
    return d;
}

static void not_come(struct rights *r, const struct bw_bag *bag, uint8_t number)
{
    struct bw_right *d = delivered(bag) ? NULL : from_arrival(r, BW_GRANT_NOT_COME);
    if (!d)
        return;
    d->bag = number;
    d->from = true;
    condition(d, "not-come", r->now > d->at ? BW_MET : BW_MISSING);
    condition(d, "admitted", r->file->state == BW_CASE_LOST ? BW_MET : BW_MISSING);
    condition(d, "told", told(r->file, number, 1u << BW_CLAIM_LOSS));
}

/* The passenger was off the aircraft when the file was opened; before that nobody can say from when it is late. */
static enum bw_met came_late(const struct rights *r, const struct bw_right *d, const struct bw_bag *bag)
{
    enum bw_trip trip = d->rule->trip == BW_TRIP_SHORT && !r->flown ? BW_TRIP_LONG : d->rule->trip;
    const struct bw_legal_rule *longest = bw_legal_rule(r->world->legal, BW_REGIME_US, BW_GRANT_BAG_FEE, trip, r->day);
    bw_time back = delivered(bag) ? bag->place_at : r->now;
    if (longest && r->file->opened_at != BW_TIME_NONE && back > r->file->opened_at + longest->amount * BW_HOUR)
        return BW_MET;
    return d->at == BW_TIME_NONE || back > d->at ? BW_NOT_KNOWN : BW_MISSING;
}

/* 14 CFR 260: the last flight's length decides the hours; where it is not known, the fewest. */
static void bag_fee(struct rights *r, const struct bw_bag *bag, uint8_t number)
{
    enum bw_trip trip = r->flown > 12 * BW_HOUR ? BW_TRIP_LONG : BW_TRIP_SHORT;
    trip = all_in(r, "US") ? BW_TRIP_DOMESTIC : trip;
    if (!any_in(r, "US") || !bw_legal_scope(r->world->legal, BW_REGIME_US, false, "US", r->day))
        return;
    struct bw_right *d = add(r, BW_REGIME_US, BW_GRANT_BAG_FEE, trip, r->to->to);
    if (!d)
        return;
    d->bag = number;
    d->from = true;
    if (r->arrived != BW_TIME_NONE) {
        /* Landed is not yet off the aircraft; and one that has not landed may come before its time. */
        d->start_at = r->landed != BW_TIME_NONE ? r->landed : r->arrived;
        d->start = r->due != BW_TIME_NONE ? BW_START_SCHEDULED : BW_START_FLIGHT_DAY;
        if (r->landed != BW_TIME_NONE)
            d->start = BW_START_LANDED;
        d->uncertain = true;
        d->start_day = bw_day_of(d->zone, d->start_at);
        d->at = d->start_at + d->rule->amount * BW_HOUR;
    }
    condition(d, "late", came_late(r, d, bag));
    condition(d, "report", r->file->unaccepted ? BW_MISSING : BW_MET);
    condition(d, "fee", BW_NOT_KNOWN);
}

const char *bw_met_word(enum bw_met m)
{
    static const char *const words[] = { [BW_MET] = "met", [BW_MISSING] = "missing", [BW_NOT_KNOWN] = "unknown" };
    BW_ASSERT((size_t)m < BW_LEN(words));
    return words[m];
}

void bw_rights_of(const struct bw_case *file, const struct bw_bag *const *bags, size_t n, const struct bw_world *world,
                  bw_time now, struct bw_rights *ret)
{
    *ret = (struct bw_rights){ .flight_day = BW_DATE_NONE, .why = BW_LAW_NO_JOURNEY };
    struct rights r = { .file = file,
                        .bags = bags,
                        .n = n,
                        .world = world,
                        .now = now,
                        .to = ret,
                        .day = BW_DATE_NONE,
                        .arrived = BW_TIME_NONE,
                        .due = BW_TIME_NONE,
                        .landed = BW_TIME_NONE };
    take_journey(&r);
    choose_regime(&r);
    bool dated = ret->regime == BW_REGIME_MONTREAL || ret->regime == BW_REGIME_EU;
    for (size_t k = 0; k < n && k < 32; k++) {
        uint8_t number = bags[k]->case_ordinal ? bags[k]->case_ordinal : (uint8_t)(k + 1);
        if (dated) {
            complaint(&r, bags[k], number, BW_GRANT_DAMAGE);
            complaint(&r, bags[k], number, BW_GRANT_DELAY);
            not_come(&r, bags[k], number);
        }
        bag_fee(&r, bags[k], number);
    }
    struct bw_right *action = dated ? from_arrival(&r, BW_GRANT_ACTION) : NULL;
    if (action)
        condition(action, "told", told(file, 0, ~0u));
}
