/* SPDX-License-Identifier: Apache-2.0 */
/* duties.h - the thread that does what falls due: levels of promises, time-outs of handovers, and the small chores.
 * Happy path: every 250 ms of real time it asks, by the wall clock, what is due, and posts it through the writer as
 * events of Bagwatch's own.  A clock that jumped, a pause, or a restart is caught up with at once. Exactly once: a
 * level's event id is made of the promise and the level, so the event key decides (CLK-05); a row lock spares two
 * instances the double work.  Failure: without the database nothing is done; the next turn catches up, and puts off
 * what fell due meanwhile before it raises any level (pulse.h). Layer: app.  Threads: start and stop from main. Source:
 * design.md 4, 5, 6; CLK-04, CLK-05, CLK-08, CLK-13. */
#ifndef BW_APP_DUTIES_H
#define BW_APP_DUTIES_H

#include "bw/base/clock.h"
#include "bw/base/err.h"

struct bw_beats;
struct bw_pg;
struct bw_worlds;
struct bw_writer;

/* Something to do every now and then, on a session of set duties.  What fails is logged and tried again in its turn. */
struct bw_chore {
    const char *name;
    bw_time every; /* real time */
    bw_code (*run)(void *ctx, struct bw_pg *pg, struct bw_error *err);
    void *ctx;
};
enum { BW_CHORES_MAX = 24 };

struct bw_duties_options {
    const char *conninfo, *role, *schema; /* as bw_pg_options */
    unsigned sets;                        /* beside BW_SET_DUTIES, for the chores */
    struct bw_writer *writer;
    struct bw_worlds *worlds;
    bool second; /* beside other duties of this process, which read the worlds anew and judge the clock for both */
    const char *instance;
    struct bw_beats *beats;        /* of this realm (pulse.h); NULL: nobody asks whether we were away */
    unsigned retention_days;       /* of the feed's payload */
    const struct bw_chore *chores; /* beside its own; copied */
    size_t n_chores;
};

struct bw_duties;
BW_MUST_USE bw_code bw_duties_new(const struct bw_duties_options *o, struct bw_duties **ret_take, struct bw_error *err);
BW_MUST_USE bw_code bw_duties_start(struct bw_duties *duties, struct bw_error *err);
/* Before the writer stops: it waits for what it has posted. */
void bw_duties_stop(struct bw_duties *duties);
void bw_duties_free(struct bw_duties *duties);

#endif
