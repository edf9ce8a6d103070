/* SPDX-License-Identifier: Apache-2.0 */
/* policy.h - policies as data: which override holds where, what a change does to what is in force, and how long it may
 * be. An override is told, never moved: a row says from when it holds, and of one key the last that was told and has
 * begun is in force, so what held at any instant can be told at any later one. A carrier tightens at will.  It relaxes
 * only to twice the default of its class, for promises opened from 24 h after it said so (CLK-02).  Either way a change
 * holds from a minute after it was told at the earliest: by then every instance has read it, so all give the same
 * times. Pure.  Layer: domain.  Threads: any.  Source: CLK-02, CLK-05, CASE-12, domain.md 9.2. */
#ifndef BW_DOMAIN_POLICY_H
#define BW_DOMAIN_POLICY_H

#include "bw/domain/promise.h"

#define BW_POLICY_SOON BW_MINUTE
#define BW_POLICY_NOTICE BW_DAY

/* What a duty is owed for, as far as policies tell it apart. */
struct bw_situation {
    enum bw_owed owed;
    char carrier[4], station[4], lane[8]; /* debtor; "" where there is none */
    enum bw_priority priority;
};
void bw_situation_of(enum bw_owed owed, const char *carrier, const char *station, const struct bw_bag *bag_or_null,
                     const struct bw_case *case_or_null, struct bw_situation *ret);
/* The override in force there at an instant: class before carrier and station, before carrier, station, lane; NULL: the
 * default.  also: one more row, told after all others; may be NULL. */
const struct bw_policy *bw_policy_best(const struct bw_world *w, const struct bw_policy *also,
                                       const struct bw_situation *s, bw_time at);
/* The name under which a promise keeps its policy: the row's own, else made from what it applies to. */
void bw_policy_name(const struct bw_policy *p, char to[60]);

/* From when a time runs, and when it ends by default. */
struct bw_span_of {
    bw_time now, since; /* since: as struct bw_owing */
    bw_time yardstick;
};
/* When it is due by that override (NULL: by the default), under the name put into policy. */
bw_time bw_policy_due(const struct bw_situation *s, const struct bw_policy *p, const struct bw_span_of *t,
                      char policy[60]);
/* Minutes after due at which a level (1 or more) is raised by that override; NULL: by default. */
int64_t bw_policy_level(const struct bw_policy *p_or_null, int level);

/* The default minutes of a class, and the most that an override may give: twice that. */
int32_t bw_policy_default(enum bw_owed owed, enum bw_priority priority);
int32_t bw_policy_limit(enum bw_owed owed, enum bw_priority priority);
/* True where the row gives more time, or later levels, than the default at its least; never for one without minutes. */
bool bw_policy_relaxed(const struct bw_policy *p);

/* What a change is, held against everything it would take the place of from its valid_from on. */
struct bw_policy_verdict {
    bool relaxes; /* somewhere it gives more time, or a later level, than what was told for then; or there is too much
                   * to be held against within about a second */
    const char *beyond; /* "minutes" or "levels": that is more than twice the default; NULL: within */
    bw_time earliest;   /* from when it may hold: told_at and a minute, or a day where it relaxes */
};
/* change: as it would be told, told_at set; valid_from BW_TIME_NONE: as early as may be. */
void bw_policy_judge(const struct bw_world *w, const struct bw_policy *change, struct bw_policy_verdict *ret);

/* Both have the same owed, carrier, station, lane and class. */
bool bw_policy_same_key(const struct bw_policy *a, const struct bw_policy *b);
/* Row i of rows is in force from *ret_from until *ret_until (BW_TIME_NONE: no end is known), as far as was told by
 * as_of; false where it never was: not told by then, or something else was told for all its time. */
bool bw_policy_reign(const struct bw_policy *rows, size_t n, size_t i, bw_time as_of, bw_time *ret_from,
                     bw_time *ret_until);

#endif
