/* SPDX-License-Identifier: Apache-2.0 */
/* cluster_int.h - what the files of the embedded server share.  Layer: storage, private. */
#ifndef BW_STORAGE_CLUSTER_INT_H
#define BW_STORAGE_CLUSTER_INT_H

#include <limits.h>
#include <sys/types.h>

#include "bw/storage/cluster.h"

enum {
    BW_SOCKET_DIR = 93 /* 107 bytes of sun_path less "/.s.PGSQL.5432" */
};

struct bw_cluster {
    /* set at start */
    char data[PATH_MAX / 2];
    char pg[PATH_MAX / 2 + 16]; /* DATA/pg */
    char bin[PATH_MAX / 2];
    char run[BW_RUN_DIR];
    char *child_user, *extra_settings;
    int users_fd, start_fd;
    /* the server as it runs now */
    char socket_dir[BW_SOCKET_DIR + 1];
    pid_t pid;
    bool adopted;
    bool child; /* ours to wait for */
};

/* cluster_files.c */
BW_MUST_USE bw_code bw_cluster_find_bin(struct bw_cluster *c, const char *wanted, struct bw_error *err);
/* initdb, where there is none yet. */
BW_MUST_USE bw_code bw_cluster_init(const struct bw_cluster *c, struct bw_error *err);
/* bagwatch.conf, pg_hba.conf, pg_ident.conf, before each start. */
BW_MUST_USE bw_code bw_cluster_configure(const struct bw_cluster *c, struct bw_error *err);
/* Where the socket goes. */
BW_MUST_USE bw_code bw_cluster_make_socket_dir(struct bw_cluster *c, struct bw_error *err);
/* A folder that we made under /tmp goes again. */
void bw_cluster_drop_socket_dir(const struct bw_cluster *c);

/* cluster_pid.c */
/* True when postmaster.pid names a living postmaster of this cluster: fills pid and socket_dir.  A file of a dead one
 * is removed, and the folder it named stays in socket_dir where it can serve again. */
bool bw_cluster_running(struct bw_cluster *c);
bool bw_cluster_alive(const struct bw_cluster *c, pid_t pid);

#endif
