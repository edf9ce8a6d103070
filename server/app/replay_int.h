/* SPDX-License-Identifier: Apache-2.0 */
/* replay_int.h - the duties that a dry run gives again, and what was told of the flights that they hang on.
 * Layer: app. */
#ifndef BW_APP_REPLAY_INT_H
#define BW_APP_REPLAY_INT_H

#include "bw/domain/policy.h"
#include "bw/storage/rows.h"

/* One promise of the rows that were read. */
struct bw_replay_step {
    size_t row, next; /* next: the step that took it up when its flight's times moved it; SIZE_MAX: none */
    bool follows;     /* it took up another */
    struct bw_uuid bag_id;
    char debtor[4], basis[40];
    bw_time opened_at, closed_at, due_at;
    bool by_flight;
};
/* A duty: from its first promise to its last, which the times of a flight have moved it through. */
struct bw_replay_duty {
    size_t first, last; /* rows */
    bw_time due_at;
    const char *basis;
};
struct bw_replay_duties {
    struct bw_replay_duty *v; /* by the due time of their last promise */
    size_t n;
    struct bw_replay_step *steps; /* the bases stand there */
};
void bw_replay_duties_done(struct bw_replay_duties *d);
/* False: no memory. */
BW_MUST_USE bool bw_replay_duties_read(struct bw_rows *rows, struct bw_replay_duties *ret);

/* Times of a flight as they were told at an instant. */
struct bw_replay_told {
    char number[BW_FLIGHT];
    bw_date date;
    bw_time at, departs[BW_SURE_MAX], arrives[BW_SURE_MAX];
};
struct bw_replay_flights {
    struct bw_replay_told *v; /* by number, date and when it was told */
    size_t n;
};
void bw_replay_flights_done(struct bw_replay_flights *f);
/* Of all flights that the duties hang on. */
BW_MUST_USE bw_code bw_replay_flights_read(struct bw_pg *pg, const struct bw_replay_duties *duties,
                                           struct bw_replay_flights *ret, struct bw_error *err);
/* The default's due time of a promise that hangs on a flight, moved with it until `end` as promises are (CLK-03).
 * world: that of the change; bag: zeroed, for this function's use. */
bw_time bw_replay_retimed(const struct bw_replay_flights *flights, const struct bw_promise *p, bw_time end,
                          const struct bw_world *world, struct bw_bag *bag);

#endif
