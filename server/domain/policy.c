/* SPDX-License-Identifier: Apache-2.0 */
/* policy.c - how long an owed update may take: the defaults of domain.md 9.2 with their special rules, what overrides
 * them, and when each level of a missed promise falls due. Pure.  Layer: domain.  Threads: any.  Source: domain.md 9.2,
 * design.md 6, CLK-02, CLK-05. */
#include "bw/domain/policy.h"

#include <stdio.h>

#include "bw/domain/hours.h"
#include "policy_int.h"

#define RELAX_AT_MOST 2  /* times the default (CLK-02) */
#define LEVEL_LAST 32000 /* levels are stored in sixteen bits: one a day for most of a century */

/* --- which row is in force --- */

static bool fits(const char *wanted, const char *have)
{
    return !wanted[0] || strcmp(wanted, have) == 0;
}

static bool begun(const struct bw_policy *p, bw_time at)
{
    return p->valid_from == BW_TIME_NONE || at >= p->valid_from;
}

/* Class > carrier and station > carrier > station > lane. */
static unsigned weight(const struct bw_policy *p)
{
    return (p->priority ? 8u : 0) + (p->carrier[0] ? 4u : 0) + (p->station[0] ? 2u : 0) + (p->lane[0] ? 1u : 0);
}

static bool covers(const struct bw_policy *p, const struct bw_situation *s)
{
    return strcmp(p->owed, bw_owed_row(s->owed)->word) == 0 && (!p->priority || p->priority == s->priority) &&
           fits(p->carrier, s->carrier) && fits(p->station, s->station) && fits(p->lane, s->lane);
}

/* Of two rows of one key: whoever speaks later overrides. */
bool bw_policy_later(const struct bw_policy *a, const struct bw_policy *b)
{
    return a->told_at != b->told_at ? a->told_at > b->told_at : a->valid_from > b->valid_from;
}

/* Rows that cover one situation with one weight have one key, so the last word of each weight stands for its key. */
const struct bw_policy *bw_policy_best(const struct bw_world *w, const struct bw_policy *also,
                                       const struct bw_situation *s, bw_time at)
{
    const struct bw_policy *last[16] = { NULL };
    for (size_t i = 0; i <= w->n_policies; i++) {
        const struct bw_policy *p = i < w->n_policies ? &w->policies[i] : also;
        if (!p || !begun(p, at) || !covers(p, s))
            continue;
        const struct bw_policy **slot = &last[weight(p)];
        if (!*slot || p == also || bw_policy_later(p, *slot))
            *slot = p;
    }
    for (size_t k = BW_LEN(last); k-- > 0;)
        if (last[k] && last[k]->minutes)
            return last[k];
    return NULL;
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

void bw_situation_of(enum bw_owed owed, const char *carrier, const char *station, const struct bw_bag *bag_or_null,
                     const struct bw_case *case_or_null, struct bw_situation *ret)
{
    *ret = (struct bw_situation){ .owed = owed, .priority = class_of(bag_or_null, case_or_null) };
    bw_str_put(bw_str_c(carrier), ret->carrier, sizeof ret->carrier);
    bw_str_put(bw_str_c(station), ret->station, sizeof ret->station);
    lane_of(bag_or_null, ret->lane);
}

/* --- default times --- */

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

static const struct bw_flight *flight_of(enum bw_owed owed, const struct bw_bag *bag, const struct bw_world *world)
{
    if (!bag || (owed != BW_OWE_FORWARD && owed != BW_OWE_IN_FLIGHT))
        return NULL;
    bool planned = owed == BW_OWE_FORWARD;
    return bw_world_flight(world, planned ? bag->fwd_flight : bag->flight, planned ? bag->fwd_date : bag->flight_date);
}

bool bw_hangs_on_times(const struct bw_owing *o, const struct bw_bag *bag, const struct bw_world *world)
{
    const struct bw_flight *f = flight_of(bw_owing_timed(o), bag, world);
    return f && (bw_owing_timed(o) == BW_OWE_FORWARD ? bw_flight_departs(f) : bw_flight_arrives(f)) != BW_TIME_NONE;
}

/* An hour after it departs; without times, after the end of the flight date where it leaves. */
static bw_time forward_due(const struct bw_bag *bag, const struct bw_flight *f, const struct bw_world *world,
                           bw_time fallback)
{
    if (!bag || bag->fwd_date == BW_DATE_NONE)
        return fallback;
    bw_time departs = f ? bw_flight_departs(f) : BW_TIME_NONE;
    if (departs != BW_TIME_NONE)
        return later(departs + BW_HOUR, fallback);
    const struct bw_station *origin = bw_world_station(world, bag->fwd_from);
    bw_time end = bw_date_start(bag->fwd_date + 1);
    if (origin && origin->zone) {
        enum bw_local how;
        end = bw_zone_to_utc(origin->zone, end, &how);
    }
    /* A plan told after its own day still gives its hour: nobody owes before somebody was told. */
    return later(end + BW_HOUR, fallback);
}

/* Two hours after it arrives; an hour is left in any case, for nobody owes before somebody was told. */
static bw_time in_flight_due(const struct bw_flight *f, bw_time now, bw_time fallback)
{
    bw_time arrives = f ? bw_flight_arrives(f) : BW_TIME_NONE;
    return arrives == BW_TIME_NONE ? fallback : later(arrives + 2 * BW_HOUR, now + BW_HOUR);
}

/* A claim's step is owed since the step before, also where another claim's came first; an hour is left in any case,
 * or the whole of a shorter time. */
static bw_time due_after(bw_time since, int64_t minutes, bw_time now)
{
    bw_time span = minutes * BW_MINUTE;
    return since ? later(since + span, now + (span < BW_HOUR ? span : BW_HOUR)) : now + span;
}

static bw_time default_due(const struct bw_owing *o, const struct bw_bag *bag, const struct bw_case *c,
                           const struct bw_world *world, bw_time now)
{
    enum bw_owed owed = bw_owing_timed(o);
    bw_time plain = due_after(o->since, bw_owed_row(owed)->minutes, now);
    if (owed == BW_OWE_FORWARD)
        return forward_due(bag, flight_of(owed, bag, world), world, plain);
    if (owed == BW_OWE_IN_FLIGHT)
        return in_flight_due(flight_of(owed, bag, world), now, plain);
    if (owed == BW_OWE_COURIER && bag && bag->window_until != BW_TIME_NONE)
        return later(bag->window_until, now) + BW_HOUR;
    if (owed == BW_OWE_CASE_STEP && c)
        return now + rhythm_minutes(c->opened_recorded_at, now) * BW_MINUTE;
    if (owed == BW_OWE_TRACING && bag)
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
 * time that they take, and the customer is reminded daily. */
int bw_class_percent(enum bw_owed owed, enum bw_priority priority)
{
    static const int percent[BW_PRIORITY_MAX] = {
        [BW_PRIORITY_NONE] = 100,  [BW_PRIORITY_ASSISTIVE] = 50, [BW_PRIORITY_MEDICAL] = 50, [BW_PRIORITY_INFANT] = 75,
        [BW_PRIORITY_ANIMAL] = 25, [BW_PRIORITY_MINOR] = 75,     [BW_PRIORITY_ONWARD] = 75,
    };
    const uint64_t whole = UINT64_C(1) << BW_OWE_FORWARD | UINT64_C(1) << BW_OWE_IN_FLIGHT |
                           UINT64_C(1) << BW_OWE_COURIER | UINT64_C(1) << BW_OWE_LOST_STEP |
                           UINT64_C(1) << BW_OWE_REMIND;
    if (whole >> owed & 1 || bw_owed_row(owed)->kind == BW_OWED_CLAIM)
        return 100;
    return percent[priority];
}

bw_time bw_policy_due(const struct bw_situation *s, const struct bw_policy *p, const struct bw_span_of *t,
                      char policy[60])
{
    int percent = bw_class_percent(s->owed, s->priority);
    bw_time urgent = t->now + (t->yardstick - t->now) / 100 * percent;
    bw_time due = p ? due_after(t->since, p->minutes, t->now) : t->yardstick;
    bw_time most = t->now + RELAX_AT_MOST * (t->yardstick - t->now);
    if (percent < 100 && urgent < due && !(p && p->priority)) {
        snprintf(policy, 60, "%s#%s", bw_owed_row(s->owed)->word, bw_priority_word(s->priority));
        return urgent;
    }
    if (p)
        bw_policy_name(p, policy);
    else
        bw_str_put(bw_str_c(bw_owed_row(s->owed)->word), policy, 60);
    return due < most ? due : most;
}

bw_time bw_promise_due(const struct bw_owing *o, const struct bw_bag *bag_or_null, const struct bw_case *case_or_null,
                       const struct bw_world *world, bw_time now, bw_time *ret_yardstick, char policy[60])
{
    struct bw_situation s;
    bw_situation_of(o->owed, o->debtor, o->station, bag_or_null, case_or_null, &s);
    const struct bw_span_of t = { now, o->since, default_due(o, bag_or_null, case_or_null, world, now) };
    const struct bw_policy *best = bw_policy_best(world, NULL, &s, now);
    *ret_yardstick = t.yardstick;
    if (!best) /* what is asked for in another's place has that one's time, and its class's share of it */
        s.owed = bw_owing_timed(o);
    bw_time due = bw_policy_due(&s, best, &t, policy);
    if (!o->due)
        return bw_desk_due(world, o->owed, o->debtor, o->station, now, due);
    /* What was agreed holds as it was agreed.  Where it has passed (a record that was joined takes along what it was
     * asked) an hour is left. */
    return o->due > now ? o->due : now + BW_HOUR;
}

/* The policy that a promise was given, found again by the name that it keeps; NULL for the default.  A carrier of three
 * letters and a station may make one name. */
static const struct bw_policy *given_policy(const struct bw_promise *p, const struct bw_world *world)
{
    const struct bw_policy *best = NULL, *other = NULL;
    char name[60];
    for (size_t i = 0; i < world->n_policies; i++) {
        const struct bw_policy *candidate = &world->policies[i];
        bw_policy_name(candidate, name);
        if (strcmp(name, p->policy) != 0 || !fits(candidate->carrier, p->debtor) ||
            !fits(candidate->station, p->station))
            continue;
        other = candidate;
        if (begun(candidate, p->opened_at) && (!best || bw_policy_later(candidate, best)))
            best = candidate;
    }
    return best ? best : other;
}

int64_t bw_policy_level(const struct bw_policy *p_or_null, int level)
{
    static const int32_t defaults[] = { 0, 2 * 60, 6 * 60 };
    const int32_t *steps = defaults;
    int n = (int)BW_LEN(defaults);
    if (p_or_null && p_or_null->n_steps > 0) {
        steps = p_or_null->steps;
        n = p_or_null->n_steps;
    }
    return level <= n ? steps[level - 1] : steps[n - 1] + (int64_t)(level - n) * (BW_DAY / BW_MINUTE);
}

bw_time bw_level_at(const struct bw_promise *p, int level, const struct bw_world *world)
{
    if (level <= 0)
        return p->opened_at + (p->due_at - p->opened_at) / 4 * 3;
    return p->due_at + bw_policy_level(given_policy(p, world), level) * BW_MINUTE;
}

bw_time bw_level_next(const struct bw_promise *p, const struct bw_world *world)
{
    return p->level >= LEVEL_LAST || bw_promise_untold(p) ? BW_TIME_NONE : bw_level_at(p, p->level + 1, world);
}
