/* SPDX-License-Identifier: Apache-2.0 */
/* sim.h - the seeded simulator: traffic of many carriers on a fake clock (traffic.c, the same for the same seed), the
 * way of it through the real writer with crashes in between (run.c), and the checks of what stands in the database
 * afterwards (check.c), with the promises computed anew by a model that shares no code with the product (model.c,
 * model_owed.c). Threads: the process that makes traffic and checks has one; each leg of a run is a process of its own.
 * Source: REL-06, style.md ("Simulation"). */
#ifndef BW_TESTS_SIM_H
#define BW_TESTS_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bw/base/clock.h"
#include "bw/base/id.h"

/* Text: the body; of a link and a closing behind the plate that the path names; of a mandate the body, or "revoke". */
enum sim_kind { SIM_EVENT, SIM_CASE, SIM_TELEGRAM, SIM_JOIN, SIM_PART, SIM_CLOSE, SIM_MANDATE, SIM_WAIT };
/* What became of a statement; written after the writer (or the server) answered, read by the checks. */
enum sim_answer { SIM_UNANSWERED, SIM_STORED, SIM_REPEATED, SIM_REFUSED, SIM_CONFLICT };

struct sim_statement {
    bw_time arrives;
    uint32_t number; /* order of making, decides between equal arrivals */
    uint8_t kind, carrier;
    bool staff;     /* said by a person of the carrier, not by its key */
    bool handler;   /* said by the handler in the carrier's name, with its mandate or without */
    bool uncertain; /* depends on what stands then: a refusal is an answer too */
    bool gzip;
    uint32_t body;  /* statements of one number are one bulk body; 0: it comes alone */
    bool malformed; /* must be refused */
    bool contested; /* its event id may have been taken with other content: 409 is an answer too */
    char event_id[24];
    char text[720];
    /* shared between the processes of a run */
    volatile uint8_t answer;
    struct bw_uuid uid; /* SIM_STORED of an event */
};

struct sim_traffic {
    uint64_t seed;
    bw_time from, until;
    unsigned bags;
    bool plain;              /* events, cases and telegrams alone, each by itself */
    struct sim_statement *v; /* by arrival; those of one body in a row */
    size_t n, max;
};

#define SIM_FROM (INT64_C(1795392000) * BW_SECOND) /* where runs begin: 2026-11-23T00:00:00Z */
#define SIM_PER_BAG 200                            /* statements about one bag, at most */
#define SIM_CARRIERS 10
#define SIM_STATIONS 10
extern const char *const sim_carriers[SIM_CARRIERS];
extern const char *const sim_stations[SIM_STATIONS];
#define SIM_HANDLER "GHS" /* speaks for carriers that let it */

/* Fills t->v (memory of the caller's, t->max of them, zeroed) from seed, from, until and bags. */
void sim_traffic_make(struct sim_traffic *t);
/* Adds what carriers let the handler say, and take back again. */
void sim_mandates_make(struct sim_traffic *t);
/* Puts statements that keys sent one by one into bulk bodies, whole ones, and sorts again. */
void sim_bodies_make(struct sim_traffic *t);
void sim_traffic_sort(struct sim_traffic *t);
/* What an owner says of something that it needs of the customer, the first time or then; how long after the time before. */
#define SIM_SAID 100
bw_time sim_wait_said(uint64_t *rng, int turn, char to[SIM_SAID]);

/* splitmix64 */
static inline uint64_t sim_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* What the run itself counts. */
struct sim_tally {
    volatile uint32_t answered, legs, kills, crash_points, cut_sessions, step, stop;
};

struct sim_checked {
    size_t events, bags, cases, promises, levels, moved, judged, stored, repeated, refused, conflicts, unanswered,
        faults;
    size_t joined, parted, taken_along, granted, revoked, mandated, unmandated, reached, closed, in_bodies, in_gzip;
};
/* Compares what stands in the database with the traffic and with the model; each difference is a line on stderr.
 * now: the clock at the end.  acknowledged: the answers in t are of this database. */
void sim_check(const char *owner, const struct sim_traffic *t, bw_time now, struct sim_checked *ret);

/* What other languages ask for (tool.c); an exit code. */
int sim_tool(int argc, char **argv);

#endif
