/* SPDX-License-Identifier: Apache-2.0 */
/* run.h - a run of the simulator through the real writer: a database, a clock, and the legs of the way.
 * Threads: the caller has one and keeps it so, for it forks. */
#ifndef BW_TESTS_SIM_RUN_H
#define BW_TESTS_SIM_RUN_H

#include "bw/storage/keys.h"
#include "sim.h"
#include "throwaway.h"

/* How a leg ends: at the end of the time; by SIGKILL after a number of answers; at a named point of a batch; not at
 * all, but its writers' sessions are cut. */
enum sim_end { SIM_WHOLE, SIM_KILL, SIM_POINT, SIM_CUT, SIM_ENDS };

struct sim_run {
    struct sim_traffic t;
    struct sim_tally *tally;
    struct bwt_cluster cluster;
    struct bw_keys keys;
    struct bw_uuid supervisors[SIM_CARRIERS]; /* accounts: who lets the handler speak */
    bw_time step;
    uint32_t steps;
    int clock_fd;
    char clock_path[64];
};

void sim_run_open(struct sim_run *r, uint64_t seed, bw_time from, unsigned hours, unsigned bags);
/* All of the traffic, with so many ends in between; false where a leg failed, with its reason on stderr. */
bool sim_run_all(struct sim_run *r, unsigned ends);
void sim_clock_set(struct sim_run *r, bw_time at);
void sim_run_close(struct sim_run *r);

#endif
