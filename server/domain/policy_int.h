/* SPDX-License-Identifier: Apache-2.0 */
/* policy_int.h - what promise.c and policy_change.c need of the policies.  Pure.  Layer: domain.  Threads: any. */
#ifndef BW_DOMAIN_POLICY_INT_H
#define BW_DOMAIN_POLICY_INT_H

#include "bw/domain/policy.h"

/* True where what is owed falls due by the times of a flight that are known. */
bool bw_hangs_on_times(const struct bw_owing *o, const struct bw_bag *bag, const struct bw_world *world);
/* When the level after p->level falls due; BW_TIME_NONE after the last that can be counted. */
bw_time bw_level_next(const struct bw_promise *p, const struct bw_world *world);
/* The default of a class (CASE-12), in percent of the time that any bag has. */
int bw_class_percent(enum bw_owed owed, enum bw_priority priority);
/* True where a was told after b: of two rows of one key it is the one that holds, once both have begun. */
bool bw_policy_later(const struct bw_policy *a, const struct bw_policy *b);

#endif
