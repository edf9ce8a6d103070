/* SPDX-License-Identifier: Apache-2.0 */
/* disruption.h - a storm: so many bags at one station at once that nobody can keep what is owed for each.  It is told
 * by a person, or proposed by a rule and told by a person; it holds for an hour by one word and for up to a day by two,
 * and while it holds what is owed by the station's desks is put off in stages.  What the owner owes its customer is
 * not. Pure.  Layer: domain.  Threads: any.  Source: CLK-14, CLK-17. */
#ifndef BW_DOMAIN_DISRUPTION_H
#define BW_DOMAIN_DISRUPTION_H

#include "bw/domain/promise.h"

/* What it comes from; words of the table, ended by NULL: "weather", "strike", "systems", "security", "closure",
 * "crowding". */
extern const char *const bw_storm_causes[];
bool bw_storm_cause_known(struct bw_str word);

#define BW_STORM_MOST BW_DAY             /* at once; it may be renewed */
#define BW_STORM_ALONE BW_HOUR           /* on the word of one person */
#define BW_STORM_BEFORE (30 * BW_MINUTE) /* what fell due shortly before it was told is part of it */

/* What is owed by a station's own desks; what is on its way and what an owner owes are not. */
bool bw_storm_moves(enum bw_owed owed);
/* The same as words of promises.def, for a statement; returns how many. */
size_t bw_storm_words(struct bw_str to[BW_OWE_MAX]);

/* True where a promise is of the storm's station, debtors and duties. */
bool bw_storm_covers(const struct bw_storm *s, const struct bw_promise *p);
/* The storm of the world that holds at `now` and covers the promise; NULL: none. */
const struct bw_storm *bw_world_storm(const struct bw_world *w, const struct bw_promise *p, bw_time now);

/* The time to which a promise is put off: one of eight stages between its own and the storm's end, by its id, so that
 * what was put off does not lapse all at once. */
bw_time bw_storm_due(const struct bw_promise *p, bw_time until);

/* Proposed where within half an hour at least thirty bags of a station lapse, and at least half of what is owed there.
 */
#define BW_STORM_BAGS 30
bool bw_storm_proposes(int64_t bags, int64_t lapsed, int64_t owed);

#endif
