/* SPDX-License-Identifier: Apache-2.0 */
/* throwaway.h - a PostgreSQL of one test program's own, in a folder under /tmp that goes with it.
 * The server is the embedded one (bw/storage/cluster.h) with fsync off.  As root, PostgreSQL runs as a system user.
 * Owns: folder and server.  Threads: start and stop from main. */
#ifndef BW_TESTS_THROWAWAY_H
#define BW_TESTS_THROWAWAY_H

#include "bw/storage/cluster.h"

struct bwt_cluster {
    char dir[64];                /* DATA */
    struct bw_cluster *cluster;
    int watcher;                 /* pipe to the process that cleans up if this one is killed */
    char owner[BW_CONNINFO];     /* connection strings */
    char app[BW_CONNINFO];
    char super[BW_CONNINFO];     /* superuser, database postgres */
};

/* Makes and starts it; exits with 77 ("skipped") where PostgreSQL's programs are not installed, asserts on failure. */
void bwt_cluster_start(struct bwt_cluster *t);
/* The same with schema and functions of the program. */
void bwt_cluster_start_migrated(struct bwt_cluster *t);
/* Stops it and removes the folder. */
void bwt_cluster_stop(struct bwt_cluster *t);
/* The user that PostgreSQL runs as under root, else NULL. */
const char *bwt_child_user(void);
/* A fresh folder under /tmp. */
void bwt_make_dir(char to[64]);
void bwt_remove_dir(const char *dir);

#endif
