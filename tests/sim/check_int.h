/* SPDX-License-Identifier: Apache-2.0 */
/* check_int.h - what a check of the simulator has read from the database, and how it is read.  Layer: tests.  Threads:
 * one. */
#ifndef BW_TESTS_SIM_CHECK_INT_H
#define BW_TESTS_SIM_CHECK_INT_H

#include "db.h"
#include "model.h"

struct db_promise {
    struct bw_uuid subject, id, closed_uid;
    char owed[20], debtor[4], station[4], giver[4], why[12];
    bw_time opened, due, closed, next_level;
    int opened_version, closed_version, level;
};

struct db_bag {
    struct bw_uuid id, joined;
    int version;
    char place[16], station[4], custody[10], custodian[4], file[8];
    bool watched;
    bw_time seen, news, timeout;
};

struct checking {
    const struct sim_traffic *t;
    struct sim_checked *r;
    bw_time now;
    struct bw_pg *pg;
    struct m_event *events;
    struct db_promise *promises;
    struct db_bag *bags;
    struct bw_rows outages;
    size_t n_events, n_promises, n_bags;
};

/* What a bag's fold reads, so far. */
struct share {
    const struct m_event *all[SIM_LOG_MAX];
    size_t n;
    bool skip; /* a log that the model cannot judge is among it */
};
/* Adds event `at` of the bag's own log of n, and what a join or a parting brings along or takes away. */
void sim_share_add(struct checking *c, struct share *s, const struct m_event *log, size_t n, size_t at);
/* Finds for each event whether it had a mandate, and holds the log's own mark against that. */
void sim_check_mandates(struct checking *c);
/* One difference; id may be NULL. */
void sim_fault(struct checking *c, const struct bw_uuid *id, const char *fmt, ...) BW_PRINTF(3, 4);
/* The log of one subject: *ret_n events, by version. */
struct m_event *sim_log_of(const struct checking *c, const struct bw_uuid *id, size_t *ret_n);
/* What the model cannot judge. */
bool sim_beyond(const struct m_event *log, size_t n);
/* The same of what was believed when it came, and may be only possible since a route was told or records were joined
 * (BAG-11): two sightings that no aircraft can reach from each other, one of them off a route that was told. */
bool sim_doubtful(struct checking *c, const struct m_event *log, size_t n);

void sim_rows_of(struct checking *c, unsigned stmt, const struct bw_param *params, size_t n, struct bw_rows *rows);
void sim_read_log(struct checking *c);
void sim_read_promises(struct checking *c);
void sim_read_bags(struct checking *c);

#endif
