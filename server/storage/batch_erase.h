/* SPDX-License-Identifier: Apache-2.0 */
/* batch_erase.h - a batch that erases a file, and what is written to one that was erased.  Private to storage.
 * Threads: its writer's.  Source: CASE-06. */
#ifndef BW_STORAGE_BATCH_ERASE_H
#define BW_STORAGE_BATCH_ERASE_H

#include "batch_int.h"

/* False where a bag stands at another version than the erasure was made for (item->rc says so), or is not read yet
 * (b->needs_reading). */
BW_MUST_USE bool bw_erasure_holds(struct bw_batch *b, struct bw_item *item);
/* What goes with the CASE_ERASED of this batch, behind its events. */
BW_MUST_USE bw_code bw_write_erasures(struct bw_batch *b, struct bw_error *err);
/* Nothing personal is kept for it any more: of a private text only the commitment is made, under a salt that nobody has. */
bool bw_actor_erased(const struct bw_actor *a);

#endif
