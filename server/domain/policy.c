/* SPDX-License-Identifier: Apache-2.0 */
/* policy.c - how long an owed update may take: the defaults of domain.md 9.2 with their special rules, what overrides
 * them, and when each level of a missed promise falls due. Pure.  Layer: domain.  Threads: any.  Source: domain.md 9.2,
 * design.md 6, CLK-02, CLK-05. */
#include <stdio.h>

#include "bw/domain/promise.h"
#include "policy_int.h"

#define RELAX_AT_MOST 2 /* times the default (CLK-02) */
#define LEVEL_LAST 126  /* levels are stored in eight bits; by then a promise is four months overdue */

static bool fits(const char *wanted, const char *have)
{
    return !wanted[0] || strcmp(wanted, have) == 0;
}

static bool holds_at(const struct bw_policy *p, bw_time at)
{
    return (p->valid_from == BW_TIME_NONE || at >= p->valid_from) &&
           (p->valid_until == BW_TIME_NONE || at < p->valid_until);
}

/* Class > carrier and station > carrier > station > lane. */
static int weight(const struct bw_policy *p)
{
    return (p->priority ? 8 : 0) + (p->carrier[0] ? 4 : 0) + (p->station[0] ? 2 : 0) + (p->lane[0] ? 1 : 0);
}

static void lane_of(const struct bw_bag *bag, char to[8])
{
    to[0] = '\0';
    if (bag && bag->n_legs > 0 && bag->legs[0].from[0] && bag->destination[0])
        snprintf(to, 8, "%s-%s", bag->legs[0].from, bag->destination);
}

static enum bw_priority class_of(const struct bw_bag *bag, const struct bw_case *c)
{
    if (bag)
        return bag->priority;
    return c ? c->priority : BW_PRIORITY_NONE;
}

static const struct bw_policy *best_policy(const struct bw_world *w, const struct bw_owing *o, const struct bw_bag *bag,
                                           const struct bw_case *c, bw_time now)
{
    const struct bw_policy *best = NULL;
    char lane[8];
    lane_of(bag, lane);
    for (size_t i = 0; i < w->n_policies; i++) {
        const struct bw_policy *p = &w->policies[i];
        if (strcmp(p->owed, bw_owed_row(o->owed)->word) != 0 || !holds_at(p, now))
            continue;
        if (p->priority && p->priority != class_of(bag, c))
            continue;
        if (!fits(p->carrier, o->debtor) || !fits(p->station, o->station) || !fits(p->lane, lane))
            continue;
        if (!best || weight(p) > weight(best) || (weight(p) == weight(best) && p->valid_from > best->valid_from))
            best = p;
    }
    return best;
}

/* Daily for the five days of primary tracing, every 72 h to day 21, then weekly. */
static int rhythm_minutes(bw_time since, bw_time now)
{
    if (since == BW_TIME_NONE || now - since < 5 * BW_DAY)
        return 24 * 60;
    return now - since < 21 * BW_DAY ? 72 * 60 : 7 * 24 * 60;
}

static bw_time later(bw_time a, bw_time b)
{
    return a > b ? a : b;
}

/* End of the flight date where it leaves, plus one hour. */
static bw_time forward_due(const struct bw_bag *bag, const struct bw_world *world, bw_time fallback)
{
    if (!bag || bag->fwd_date == BW_DATE_NONE)
        return fallback;
    const struct bw_station *origin = bw_world_station(world, bag->fwd_from);
    bw_time end = bw_date_start(bag->fwd_date + 1);
    if (origin && origin->zone) {
        enum bw_local how;
        end = bw_zone_to_utc(origin->zone, end, &how);
    }
    /* A plan told after its own day still gives its hour: nobody owes before somebody was told. */
    return later(end + BW_HOUR, fallback);
}

/* A claim's step is owed since the step before, also where another claim's came first; an hour is left in any case,
 * or the whole of a shorter time. */
static bw_time due_after(const struct bw_owing *o, int64_t minutes, bw_time now)
{
    bw_time span = minutes * BW_MINUTE;
    return o->since ? later(o->since + span, now + (span < BW_HOUR ? span : BW_HOUR)) : now + span;
}

static bw_time default_due(const struct bw_owing *o, const struct bw_bag *bag, const struct bw_case *c,
                           const struct bw_world *world, bw_time now)
{
    bw_time plain = due_after(o, bw_owed_row(o->owed)->minutes, now);
    if (o->owed == BW_OWE_FORWARD)
        return forward_due(bag, world, plain);
    if (o->owed == BW_OWE_COURIER && bag && bag->window_until != BW_TIME_NONE)
        return later(bag->window_until, now) + BW_HOUR;
    if (o->owed == BW_OWE_CASE_STEP && c)
        return now + rhythm_minutes(c->opened_recorded_at, now) * BW_MINUTE;
    if (o->owed == BW_OWE_TRACING && bag)
        return now + rhythm_minutes(bag->reported_at, now) * BW_MINUTE;
    return plain;
}

void bw_policy_name(const struct bw_policy *p, char to[60])
{
    if (p->name[0])
        bw_str_put(bw_str_c(p->name), to, 60);
    else
        snprintf(to, 60, "%s/%s%s%s%s%s", p->owed, p->carrier, p->station, p->lane, p->priority ? "#" : "",
                 bw_priority_word(p->priority));
}

/* The default of a class (CASE-12), in percent of the time that any bag has.  A flight, a window, a settlement take the
 * time that they take. */
static int class_percent(enum bw_owed owed, enum bw_priority priority)
{
    static const int percent[BW_PRIORITY_MAX] = {
        [BW_PRIORITY_NONE] = 100,  [BW_PRIORITY_ASSISTIVE] = 50, [BW_PRIORITY_MEDICAL] = 50, [BW_PRIORITY_INFANT] = 75,
        [BW_PRIORITY_ANIMAL] = 25, [BW_PRIORITY_MINOR] = 75,     [BW_PRIORITY_ONWARD] = 75,
    };
    const uint64_t whole = UINT64_C(1) << BW_OWE_FORWARD | UINT64_C(1) << BW_OWE_IN_FLIGHT |
                           UINT64_C(1) << BW_OWE_COURIER | UINT64_C(1) << BW_OWE_LOST_STEP;
    if (whole >> owed & 1 || bw_owed_row(owed)->kind == BW_OWED_CLAIM)
        return 100;
    return percent[priority];
}

bw_time bw_promise_due(const struct bw_owing *o, const struct bw_bag *bag_or_null, const struct bw_case *case_or_null,
                       const struct bw_world *world, bw_time now, bw_time *ret_yardstick, char policy[60])
{
    bw_time yardstick = default_due(o, bag_or_null, case_or_null, world, now);
    const struct bw_policy *p = best_policy(world, o, bag_or_null, case_or_null, now);
    enum bw_priority priority = class_of(bag_or_null, case_or_null);
    int percent = class_percent(o->owed, priority);
    bw_time urgent = now + (yardstick - now) / 100 * percent;
    bw_time due = p ? due_after(o, p->minutes, now) : yardstick;
    bw_time most = now + RELAX_AT_MOST * (yardstick - now);
    *ret_yardstick = yardstick;
    if (percent < 100 && urgent < due && !(p && p->priority)) {
        snprintf(policy, 60, "%s#%s", bw_owed_row(o->owed)->word, bw_priority_word(priority));
        return urgent;
    }
    if (p)
        bw_policy_name(p, policy);
    else
        bw_str_put(bw_str_c(bw_owed_row(o->owed)->word), policy, 60);
    return due < most ? due : most;
}

/* The policy that a promise was given, found again by the name that it keeps; NULL for the default. */
static const struct bw_policy *given_policy(const struct bw_promise *p, const struct bw_world *world)
{
    const struct bw_policy *found = NULL;
    char name[60];
    for (size_t i = 0; i < world->n_policies; i++) {
        const struct bw_policy *candidate = &world->policies[i];
        bw_policy_name(candidate, name);
        if (strcmp(name, p->policy) != 0)
            continue;
        if (holds_at(candidate, p->opened_at))
            return candidate;
        found = candidate;
    }
    return found;
}

bw_time bw_level_at(const struct bw_promise *p, int level, const struct bw_world *world)
{
    static const int32_t defaults[] = { 0, 2 * 60, 6 * 60 };
    const int32_t *steps = defaults;
    int n = (int)BW_LEN(defaults);
    if (level <= 0)
        return p->opened_at + (p->due_at - p->opened_at) / 4 * 3;
    const struct bw_policy *given = given_policy(p, world);
    if (given && given->n_steps > 0) {
        steps = given->steps;
        n = given->n_steps;
    }
    if (level <= n)
        return p->due_at + steps[level - 1] * BW_MINUTE;
    return p->due_at + steps[n - 1] * BW_MINUTE + (level - n) * BW_DAY;
}

bw_time bw_level_next(const struct bw_promise *p, const struct bw_world *world)
{
    return p->level >= LEVEL_LAST ? BW_TIME_NONE : bw_level_at(p, p->level + 1, world);
}
