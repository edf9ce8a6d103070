/* SPDX-License-Identifier: Apache-2.0 */
/* leg.h - one leg of a run, the process between two crashes, and the ways of news into it: one by one (run.c), as a
 * bulk body (leg_body.c), by hand of staff (leg_acts.c).  Layer: tests.  Threads: the leg's own; writers answer on
 * theirs. */
#ifndef BW_TESTS_SIM_LEG_H
#define BW_TESTS_SIM_LEG_H

#include "bw/app/bulk.h"
#include "bw/app/doors.h"
#include "bw/app/feed.h"
#include "bw/app/ingest.h"
#include "bw/app/mandates.h"
#include "bw/app/world.h"
#include "bw/base/sync.h"
#include "run.h"
#include "sweep.h"

enum { IN_FLIGHT = 128, PATIENCE_S = 60 };

struct leg;
struct slot {
    struct leg *leg;
    struct sim_statement *s;
    struct bw_work *work;
    struct bw_work event;
    struct bw_telegram telegram;
    struct bw_arena arena;
};

struct leg {
    struct sim_run *r;
    struct bw_worlds *worlds;
    struct bw_writer *writers[2];
    struct bw_hub *hub;
    struct bw_feed *feed;
    struct bw_sweep *sweep;
    struct bw_doors *doors;
    struct bw_bulks *bulks;
    struct bw_pg *pg;
    struct slot slots[IN_FLIGHT];
    size_t first; /* nothing before it waits for an answer */
    struct bw_mutex mu;
    struct bw_cond cond;
    unsigned under_way; /* shared: mu */
};

/* Ends the process, with the reason on stderr, where code is not BW_OK. */
void sim_must(bw_code code, const struct bw_error *err, const char *what);
struct bw_pg *sim_session(const char *conninfo, unsigned sets);
/* Who says it: the carrier's key or person, or the handler with the mandates that it has now. */
struct bw_principal sim_speaker(struct leg *leg, const struct sim_statement *s);
uint8_t sim_answer_of(const struct bw_item *item);
/* The organisations, and an account of each carrier that may give mandates. */
void sim_people_make(struct sim_run *r);
/* n lines as one body; what is answered is written into them, all of it or nothing. */
void sim_send_body(struct leg *leg, struct sim_statement *lines, size_t n, uint64_t *rng);
/* A join, a parting, a closing, a mandate. */
void sim_act(struct leg *leg, struct sim_statement *s, uint64_t *rng);

#endif
