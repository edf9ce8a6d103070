/* SPDX-License-Identifier: Apache-2.0 */
/* policy_change.c - whether a change of a policy tightens or relaxes, how far it may go, and when each row reigned.
 * Every situation that the change covers is held against what would hold there without it, now and whenever something
 * else begins; where a default hangs on a flight or a window it counts with its least and its most.
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-02. */
#include <limits.h>

#include "policy_int.h"

#define RELAX_AT_MOST 2 /* times the default (CLK-02) */
#define LEVELS_HELD 8   /* from there on they are daily */
#define ANY_OTHER "?"   /* a carrier, station or lane that no row names */
/* Situations times rows that are tried: about a second.  One carrier's 64 overrides of a row stay below it; what an
 * administrator tells for every carrier, station and lane may not. */
#define TRIED_MOST ((size_t)1 << 20)

/* Minutes that a policy gives in a situation: from the least to the most. */
struct effect {
    int64_t least, most;
};

int32_t bw_policy_default(enum bw_owed owed, enum bw_priority priority)
{
    return bw_owed_row(owed)->minutes / 100 * bw_class_percent(owed, priority) +
           bw_owed_row(owed)->minutes % 100 * bw_class_percent(owed, priority) / 100;
}

int32_t bw_policy_limit(enum bw_owed owed, enum bw_priority priority)
{
    return RELAX_AT_MOST * bw_policy_default(owed, priority);
}

/* The special rules of domain.md 9.2 give these rows more than their minutes, or a little less. */
static struct effect default_effect(enum bw_owed owed, enum bw_priority priority)
{
    int64_t plain = bw_policy_default(owed, priority);
    /* until a flight or a window, and an hour */
    if (owed == BW_OWE_FORWARD || owed == BW_OWE_IN_FLIGHT || owed == BW_OWE_COURIER)
        return (struct effect){ BW_HOUR / BW_MINUTE, INT32_MAX };
    if (owed == BW_OWE_ASK_REPORT) /* as long as what it asks for */
        return (struct effect){ bw_owed_row(BW_OWE_TRANSFER)->minutes, bw_owed_row(BW_OWE_HELD)->minutes };
    /* daily, then every 72 h, then weekly */
    if (owed == BW_OWE_TRACING || owed == BW_OWE_CASE_STEP)
        return (struct effect){ plain, 7 * plain };
    return (struct effect){ plain, plain };
}

static struct effect effect_of(const struct bw_situation *s, const struct bw_policy *p)
{
    if (!p)
        return default_effect(s->owed, s->priority);
    int64_t m = p->minutes;
    int64_t urgent = bw_policy_default(s->owed, s->priority);
    if (!p->priority && s->priority && urgent < m && bw_class_percent(s->owed, s->priority) < 100)
        m = urgent;
    return (struct effect){ m, m };
}

static bool looser(const struct bw_situation *s, const struct bw_policy *than, const struct bw_policy *p)
{
    if (effect_of(s, p).most > effect_of(s, than).least)
        return true;
    for (int level = 1; level <= LEVELS_HELD; level++)
        if (bw_policy_level(p, level) > bw_policy_level(than, level))
            return true;
    return false;
}

bool bw_policy_relaxed(const struct bw_policy *p)
{
    struct bw_situation s = { .priority = p->priority };
    return p->minutes && bw_owed_from(bw_str_c(p->owed), &s.owed) && looser(&s, NULL, p);
}

bool bw_policy_same_key(const struct bw_policy *a, const struct bw_policy *b)
{
    return strcmp(a->owed, b->owed) == 0 && strcmp(a->carrier, b->carrier) == 0 &&
           strcmp(a->station, b->station) == 0 && strcmp(a->lane, b->lane) == 0 && a->priority == b->priority;
}

bool bw_policy_reign(const struct bw_policy *rows, size_t n, size_t i, bw_time as_of, bw_time *ret_from,
                     bw_time *ret_until)
{
    const struct bw_policy *p = &rows[i];
    bw_time until = BW_TIME_NONE;
    for (size_t k = 0; k < n; k++) {
        const struct bw_policy *other = &rows[k];
        if (k == i || other->told_at > as_of || !bw_policy_same_key(p, other) || !bw_policy_later(other, p))
            continue;
        if (until == BW_TIME_NONE || other->valid_from < until)
            until = other->valid_from;
    }
    *ret_from = p->valid_from;
    *ret_until = until;
    return p->told_at <= as_of && (until == BW_TIME_NONE || until > p->valid_from);
}

/* --- judging --- */

struct judging {
    const struct bw_world *w;
    const struct bw_policy *change;
    bw_time from;
};

/* A row that has to do with what the change covers. */
static bool touches(const struct judging *j, const struct bw_policy *p)
{
    const struct bw_policy *c = j->change;
    return strcmp(p->owed, c->owed) == 0 && (!c->carrier[0] || !p->carrier[0] || !strcmp(c->carrier, p->carrier)) &&
           (!c->station[0] || !p->station[0] || !strcmp(c->station, p->station)) &&
           (!c->lane[0] || !p->lane[0] || !strcmp(c->lane, p->lane)) &&
           (!c->priority || !p->priority || c->priority == p->priority);
}

static bool looser_at(const struct judging *j, const struct bw_situation *s, bw_time at)
{
    const struct bw_policy *without = bw_policy_best(j->w, NULL, s, at);
    const struct bw_policy *with = bw_policy_best(j->w, j->change, s, at);
    return with != without && looser(s, without, with);
}

/* From when it holds, and whenever something else begins to hold. */
static bool looser_ever(const struct judging *j, const struct bw_situation *s)
{
    if (looser_at(j, s, j->from))
        return true;
    for (size_t i = 0; i < j->w->n_policies; i++) {
        const struct bw_policy *p = &j->w->policies[i];
        if (p->valid_from != BW_TIME_NONE && p->valid_from > j->from && touches(j, p) && looser_at(j, s, p->valid_from))
            return true;
    }
    return false;
}

static bool of_classes(const struct judging *j, struct bw_situation *s)
{
    for (int k = BW_PRIORITY_NONE; k < BW_PRIORITY_MAX; k++) {
        s->priority = (enum bw_priority)k;
        if ((!j->change->priority || j->change->priority == s->priority) && looser_ever(j, s))
            return true;
    }
    return false;
}

/* The values of a dimension that make a difference: the change's own, else each that a row names and one that none
 * does. */
enum { VALUES_MOST = 256 };
struct values {
    const char *v[VALUES_MOST];
    size_t n;
};
enum dimension { CARRIER, STATION, LANE, DIMENSIONS };

static const char *named(const struct bw_policy *p, enum dimension d)
{
    return d == CARRIER ? p->carrier : d == STATION ? p->station : p->lane;
}

static bool add_value(struct values *to, const char *value)
{
    for (size_t k = 0; k < to->n; k++)
        if (strcmp(to->v[k], value) == 0)
            return true;
    if (to->n == VALUES_MOST)
        return false;
    to->v[to->n++] = value;
    return true;
}

/* False where there are too many to try them all. */
static bool values_of(const struct judging *j, enum dimension d, struct values *to)
{
    const char *own = named(j->change, d);
    to->n = 0;
    bool whole = add_value(to, own[0] ? own : ANY_OTHER);
    for (size_t i = 0; !own[0] && whole && i < j->w->n_policies; i++) {
        const struct bw_policy *p = &j->w->policies[i];
        if (named(p, d)[0] && touches(j, p))
            whole = add_value(to, named(p, d));
    }
    return whole;
}

/* What cannot be tried is taken as a relaxation: then it is told a day before. */
static bool looser_anywhere(const struct judging *j, struct bw_situation *s)
{
    struct values v[DIMENSIONS];
    for (int d = 0; d < DIMENSIONS; d++)
        if (!values_of(j, (enum dimension)d, &v[d]))
            return true;
    size_t situations = v[CARRIER].n * v[STATION].n * v[LANE].n;
    if (situations * (j->w->n_policies + 1) > TRIED_MOST)
        return true;
    for (size_t at = 0; at < situations; at++) {
        size_t rest = at / v[CARRIER].n;
        bw_str_put(bw_str_c(v[CARRIER].v[at % v[CARRIER].n]), s->carrier, sizeof s->carrier);
        bw_str_put(bw_str_c(v[STATION].v[rest % v[STATION].n]), s->station, sizeof s->station);
        bw_str_put(bw_str_c(v[LANE].v[rest / v[STATION].n]), s->lane, sizeof s->lane);
        if (of_classes(j, s))
            return true;
    }
    return false;
}

static const char *beyond(const struct bw_policy *c, enum bw_owed owed)
{
    if (c->minutes > bw_policy_limit(owed, c->priority))
        return "minutes";
    for (int level = 1; c->minutes && level <= LEVELS_HELD; level++)
        if (bw_policy_level(c, level) > RELAX_AT_MOST * bw_policy_level(NULL, level))
            return "levels";
    return NULL;
}

void bw_policy_judge(const struct bw_world *w, const struct bw_policy *change, struct bw_policy_verdict *ret)
{
    bw_time soon = change->told_at + BW_POLICY_SOON;
    struct judging j = { w, change, change->valid_from == BW_TIME_NONE ? soon : change->valid_from };
    struct bw_policy held = *change;
    struct bw_situation s = { .owed = BW_OWE_MAX };
    *ret = (struct bw_policy_verdict){ .earliest = soon };
    if (!bw_owed_from(bw_str_c(change->owed), &s.owed))
        return;
    held.valid_from = j.from;
    j.change = &held;
    ret->beyond = beyond(change, s.owed);
    ret->relaxes = looser_anywhere(&j, &s);
    ret->earliest = ret->relaxes ? change->told_at + BW_POLICY_NOTICE : soon;
}
