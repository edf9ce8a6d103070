/* SPDX-License-Identifier: Apache-2.0 */
/* around.h - keeps open pages true where what they say is on no bag's log: a feed that falls silent or is heard again,
 * a storm that begins, changes or is over.  Happy path: every turn the world in force is held against the one that
 * pages were told of last.  What came or went between the two is a carrier at a station; the streams of the cases that
 * one of them concerns are told to read their page again (bw/push/hub.h), others are not woken.  Every instance does it
 * for its own streams.  Failure: a turn that fails is made again, against the same older world. Layer: app.  Threads:
 * the duties' thread; bw_around_done once that has ended.  Source: CLK-12, CLK-14, PAGE-07. */
#ifndef BW_APP_AROUND_H
#define BW_APP_AROUND_H

#include "bw/push/hub.h"
#include "bw/storage/pg.h"

struct bw_world;
struct bw_worlds;

struct bw_around {
    struct bw_worlds *worlds;
    struct bw_hub *hub;
    const struct bw_world *told; /* ours: what pages know of; taken, NULL = nothing yet */
};

/* A chore (bw/app/duties.h); ctx is a struct bw_around. */
bw_code bw_around_turn(void *ctx, struct bw_pg *pg, struct bw_error *err);
/* Lets go of the world, before bw_worlds_free. */
void bw_around_done(struct bw_around *around);

#endif
