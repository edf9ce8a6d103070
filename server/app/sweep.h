/* SPDX-License-Identifier: Apache-2.0 */
/* sweep.h - finds what fell due and posts it through the writer; before any level, what our own absence puts off (CLK-13).
 * Layer: app.  Threads: the duties thread. */
#ifndef BW_APP_SWEEP_H
#define BW_APP_SWEEP_H

#include "bw/domain/bag.h"
#include "bw/storage/pg.h"

struct bw_pulse;
struct bw_worlds;
struct bw_writer;

struct bw_sweep;
BW_MUST_USE bw_code bw_sweep_new(struct bw_writer *writer, struct bw_worlds *worlds, struct bw_sweep **ret_take,
                                 struct bw_error *err);
void bw_sweep_free(struct bw_sweep *sweep);
/* From now on nothing is raised where it is not certain that we took updates all the while. */
void bw_sweep_guard(struct bw_sweep *sweep, const struct bw_pulse *pulse);
/* Registers the duty's row; once a session is enough. */
BW_MUST_USE bw_code bw_sweep_register(struct bw_pg *pg, const char *instance, struct bw_error *err);
/* One round: at most 1,000 events.  *ret_more: something was stored and more may be due at once. */
BW_MUST_USE bw_code bw_sweep_round(struct bw_sweep *sweep, struct bw_pg *pg, bool *ret_more, struct bw_error *err);

/* The event that a handover which nobody answered becomes: both have it on their hands (CLK-08). */
void bw_timeout_event(const struct bw_bag *bag, struct bw_event *to);

#endif
