/* SPDX-License-Identifier: Apache-2.0 */
/* database.h - where the database is, for serve and for verbs: the URLs of the settings, or the PostgreSQL in the data
 * folder, started for as long as this process needs it.  As root this first becomes the service user, for good.
 * Owns: the strings, and its use of the embedded server.  Layer: main.  Threads: main, and one of its own.
 * Source: design.md 7, 9; REL-03. */
#ifndef BW_MAIN_DATABASE_H
#define BW_MAIN_DATABASE_H

#include <limits.h>

#include "bw/base/sync.h"
#include "bw/storage/cluster.h"
#include "options.h"

struct bw_database {
    char data[PATH_MAX];                /* DATA, absolute */
    char keys[PATH_MAX + 8];            /* where the installation's keys are */
    char erasures[PATH_MAX + 24];       /* the list of erased files: in DATA, or beside keys that are shared */
    char run[BW_RUN_DIR];               /* where the own server's socket goes */
    const char *owner, *app, *report;   /* connection strings */
    const char *app_role, *report_role; /* for SET ROLE; NULL where the string logs in as the role */
    const char *test;                   /* schema of the test realm; NULL where there is none */
    struct bw_cluster *cluster;         /* NULL with URLs */
    char own[3][BW_CONNINFO];
    /* the thread that looks after the own server */
    pthread_t tender;
    bool tended;
    struct bw_mutex mu;
    struct bw_cond cond;
    bool stopping; /* shared: mu */
};

/* Finds DATA, becomes the service user, makes the folders.  Call before any thread. */
BW_MUST_USE bw_code bw_database_place(const struct bw_options *o, struct bw_database *ret, struct bw_error *err);
/* Fills the connection strings; starts or adopts the own server where no URL is given. */
BW_MUST_USE bw_code bw_database_open(const struct bw_options *o, struct bw_database *db, struct bw_error *err);
/* Looks after the own server every second and starts it again where it is gone; does nothing with URLs. */
BW_MUST_USE bw_code bw_database_tend(struct bw_database *db, struct bw_error *err);
/* Stops the own server where nobody else uses it. */
void bw_database_close(struct bw_database *db);

/* Migrations, functions, stations and carriers; of the test realm, which reads the live one's, migrations and functions.
 * ret is of the live one, ret_test of the other; both may be NULL. */
struct bw_migrate_status;
BW_MUST_USE bw_code bw_database_migrate(const struct bw_database *db, struct bw_migrate_status *ret,
                                        struct bw_migrate_status *ret_test, struct bw_error *err);

#endif
