/* SPDX-License-Identifier: Apache-2.0 */
/* policy_int.h - what promise.c needs of the policies.  Pure.  Layer: domain.  Threads: any. */
#ifndef BW_DOMAIN_POLICY_INT_H
#define BW_DOMAIN_POLICY_INT_H

#include "bw/domain/promise.h"

/* The name under which a promise keeps its policy: the row's own, else made from what it applies to. */
void bw_policy_name(const struct bw_policy *p, char to[60]);
/* When the level after p->level falls due; BW_TIME_NONE after the last that can be counted. */
bw_time bw_level_next(const struct bw_promise *p, const struct bw_world *world);

#endif
