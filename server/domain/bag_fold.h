/* SPDX-License-Identifier: Apache-2.0 */
/* bag_fold.h - the passes over a whole history before it is stepped through.
 * Layer: domain.  Threads: any; values only. */
#ifndef BW_DOMAIN_BAG_FOLD_H
#define BW_DOMAIN_BAG_FOLD_H

#include "bag_int.h"

/* Moves to the end what does not belong to this bag: statements on its log that a parted record has taken along, and
 * everything on another's log but what was said under this bag's own identities.  Returns how many belong. */
size_t bw_fold_share(const struct bw_uuid *bag_id, const struct bw_event **events, size_t n);
/* Moves what corrections take back to the end; returns how many count.  *ret_pending: something named has not come.
 * told: NULL, or is told of its event. */
size_t bw_fold_correct(const struct bw_event **events, size_t n, bool *ret_pending, struct bw_told *told);

#endif
