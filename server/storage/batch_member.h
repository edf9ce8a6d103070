/* SPDX-License-Identifier: Apache-2.0 */
/* batch_member.h - whom a batch knows to be told what he owes (CLK-16).
 * Private to storage.  Threads: the batch's. */
#ifndef BW_STORAGE_BATCH_MEMBER_H
#define BW_STORAGE_BATCH_MEMBER_H

#include "bw/domain/event.h"
#include "bw/domain/world.h"

struct bw_batch;
struct bw_actor;

struct bw_members {
    struct bw_world told; /* the world, with those that were read */
    struct bw_member *v;  /* told.n_members of them were read, the others are asked for */
    size_t n, cap;
};

/* batch_member.c.  False: memory is out. */
BW_MUST_USE bool bw_members_begin(struct bw_batch *b);
/* Before the promises of an actor are judged; b->needs_reading: not known yet of all that may owe. */
BW_MUST_USE bool bw_members_ask(struct bw_batch *b, const struct bw_actor *a, const struct bw_event *ev);
BW_MUST_USE bw_code bw_batch_read_members(struct bw_batch *b, struct bw_error *err);

#endif
