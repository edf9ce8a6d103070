/* SPDX-License-Identifier: Apache-2.0 */
/* cluster.h - the PostgreSQL that bagwatchd keeps for itself when no database URL is given, and the folder DATA.
 * DATA: pg/ (the cluster) keys/ spool/ lock.  The server listens on a private Unix socket only, lets in this system
 * user by pg_ident, and runs in a session of its own, so that it outlives a killed bagwatchd; whoever comes next adopts
 * it by postmaster.pid.  Every process that uses it holds a shared lock on DATA/pg.users; the last one out stops it, so
 * command-line verbs and the server can start and stop it in any order.
 * Layer: storage.  Threads: bw_cluster_tend from one thread; the rest from main.  Source: design.md 7. */
#ifndef BW_STORAGE_CLUSTER_H
#define BW_STORAGE_CLUSTER_H

#include "bw/base/clock.h"

/* As root: creates system user `user` if it is missing (useradd --system), creates `dirs` (NULL-ended, with parents)
 * with mode 0700 as that user's, then becomes that user for good, supplementary groups included.  An existing folder
 * that belongs to somebody else is refused.  Not root: creates the folders only.  Call before threads. */
BW_MUST_USE bw_code bw_become_service_user(const char *user, const char *const *dirs, struct bw_error *err);
/* "/run/bagwatch-<8 hex digits of SHA-256 of the path>" as root, else "$XDG_RUNTIME_DIR/bagwatch-<hash>", else "". */
enum { BW_RUN_DIR = 128 };
const char *bw_cluster_run_dir(const char *data_dir, char to[BW_RUN_DIR]);

/* DATA with its folders, and its lock: held as long as the object lives, by one serving process at a time. */
struct bw_data;
/* BW_E_CONFIG when another process holds the lock (detail has its id). */
BW_MUST_USE bw_code bw_data_open(const char *dir, struct bw_data **ret_take, struct bw_error *err);
void bw_data_close(struct bw_data *d);

struct bw_cluster_options {
    const char *data_dir; /* DATA; absolute */
    const char *run_dir;  /* where the socket goes when we start the server; NULL or "" = a mkdtemp under /tmp */
    const char *bin_dir;  /* PostgreSQL's programs; NULL = looked for */
    /* for tests */
    const char *child_user;     /* root only: PostgreSQL runs as this user while we stay root */
    const char *extra_settings; /* further lines of bagwatch.conf */
};

struct bw_cluster;
/* Creates the cluster where there is none, starts or adopts the server, waits until it takes connections, creates role
 * bagwatch_owner and database `bagwatch` where missing.  BW_E_CONFIG: PostgreSQL's programs are not there (detail names
 * the package), version 15 is not what made the cluster, the socket path is too long. */
BW_MUST_USE bw_code bw_cluster_start(const struct bw_cluster_options *o, struct bw_cluster **ret_take,
                                     struct bw_error *err);
/* Connection string as a role: bagwatch_owner, bagwatch_app, bagwatch_report; "postgres" is the superuser. */
enum { BW_CONNINFO = 256 };
const char *bw_cluster_conninfo(const struct bw_cluster *c, const char *role, char to[BW_CONNINFO]);
/* Process id of the postmaster. */
int bw_cluster_pid(const struct bw_cluster *c);
/* True when it was running before we came. */
bool bw_cluster_adopted(const struct bw_cluster *c);
/* Starts the server again if it is gone; cheap while it runs.  Call every second or so. */
BW_MUST_USE bw_code bw_cluster_tend(struct bw_cluster *c, struct bw_error *err);
/* Stops the server (fast shutdown) if nobody else uses it, then frees c in any case. */
BW_MUST_USE bw_code bw_cluster_stop(struct bw_cluster *c, struct bw_error *err);
/* Frees c and leaves the server running for the next to adopt. */
void bw_cluster_leave(struct bw_cluster *c);

#endif
