/* SPDX-License-Identifier: Apache-2.0 */
/* check_int.h - what a check of the simulator has read from the database, and how it is read.  Layer: tests.  Threads: one. */
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

void sim_rows_of(struct checking *c, unsigned stmt, const struct bw_param *params, size_t n, struct bw_rows *rows);
void sim_read_log(struct checking *c);
void sim_read_promises(struct checking *c);
void sim_read_bags(struct checking *c);

#endif
