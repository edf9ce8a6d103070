/* SPDX-License-Identifier: Apache-2.0 */
/* cluster.c - starts, adopts, tends and stops the embedded server.  DATA/pg.start (exclusive) orders starts and stops;
 * DATA/pg.users (shared) counts who uses it. */
#include "bw/storage/cluster.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "bw/storage/migrate.h"
#include "child.h"
#include "cluster_int.h"
#include "datadir.h"
#include "pg_int.h"

#define LOCK_US (90 * BW_SECOND)
#define READY_US (300 * BW_SECOND) /* recovery after a crash */
#define REFUSE_US (15 * BW_SECOND) /* a server that ends again and again; its predecessor's sessions may linger */
#define FAST_US (60 * BW_SECOND)
#define IMMEDIATE_US (10 * BW_SECOND)
enum { NAP_MS = 20, RESTART_NAP_MS = 200 };

const char *bw_cluster_conninfo(const struct bw_cluster *c, const char *role, char to[BW_CONNINFO])
{
    snprintf(to, BW_CONNINFO, "host=%s port=5432 dbname=%s user=%s", c->socket_dir,
             strcmp(role, "postgres") == 0 ? "postgres" : "bagwatch", role);
    return to;
}

int bw_cluster_pid(const struct bw_cluster *c)
{
    return (int)c->pid;
}

bool bw_cluster_adopted(const struct bw_cluster *c)
{
    return c->adopted;
}

/* True when the server is gone; a child of ours is reaped. */
static bool gone(struct bw_cluster *c)
{
    if (!c->child)
        return !bw_cluster_alive(c, c->pid);
    if (waitpid(c->pid, NULL, WNOHANG) != c->pid) /* until it is reaped, its id counts as a living server's */
        return false;
    c->child = false;
    return true;
}

static bw_code launch(struct bw_cluster *c, struct bw_error *err)
{
    char postgres[PATH_MAX], log[PATH_MAX];
    snprintf(postgres, sizeof(postgres), "%s/postgres", c->bin);
    snprintf(log, sizeof(log), "%s/pg.log", c->data);
    const char *const argv[] = { postgres, "-D", c->pg, NULL };
    const struct bw_child_options o = { .argv = argv, .user = c->child_user, .out_path = log };
    bw_code code = bw_cluster_make_socket_dir(c, err);
    if (code == BW_OK)
        code = bw_cluster_configure(c, err);
    if (code == BW_OK && truncate(log, 0) != 0) /* only what is said before the server's own log opens */
        code = access(log, F_OK) == 0 ? bw_fail(err, BW_E_IO, NULL, "cannot empty %s", log) : BW_OK;
    if (code == BW_OK)
        code = bw_child_start(&o, &c->pid, err);
    if (code == BW_OK)
        c->child = true;
    return code;
}

static bool takes_connections(const struct bw_cluster *c)
{
    char conninfo[BW_CONNINFO];
    snprintf(conninfo, sizeof(conninfo), "host=%s port=5432 dbname=postgres user=postgres connect_timeout=2",
             c->socket_dir);
    return PQping(conninfo) == PQPING_OK;
}

/* A server that was killed leaves sessions that hold its memory for a moment: the new one then refuses and is tried
 * again, up to the deadline. */
static bw_code start_until_ready(struct bw_cluster *c, struct bw_error *err)
{
    bw_time until = bw_clock_mono() + READY_US, refuse = bw_clock_mono() + REFUSE_US;
    bw_code code = BW_OK;
    if (!bw_cluster_running(c))
        code = launch(c, err);
    while (code == BW_OK && bw_clock_mono() < until) {
        if (takes_connections(c))
            return BW_OK;
        bw_nap(NAP_MS);
        /* alive counts once it has gone into its folder; a child that ended is told by waitpid at once */
        if (c->child ? waitpid(c->pid, NULL, WNOHANG) != c->pid : bw_cluster_alive(c, c->pid))
            continue;
        c->child = false;
        if (bw_clock_mono() > refuse)
            return bw_fail(err, BW_E_CONFIG, NULL, "PostgreSQL does not start: see %s/pg.log", c->data);
        bw_nap(RESTART_NAP_MS);
        code = launch(c, err);
    }
    return code != BW_OK ? code
                         : bw_fail(err, BW_E_DATABASE_AWAY, NULL, "PostgreSQL is not ready: see %s/pg.log", c->data);
}

static bw_code make_database(const struct bw_cluster *c, struct bw_error *err)
{
    char conninfo[BW_CONNINFO];
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    const struct bw_pg_options o = { .conninfo = bw_cluster_conninfo(c, "postgres", conninfo),
                                     .name = "cluster",
                                     .sets = BW_SET_BOOT,
                                     .call_us = BW_MINUTE,
                                     .statement_us = BW_MINUTE };
    struct bw_pg *pg = NULL;
    bw_code code = bw_pg_new(&o, &pg, err);
    if (code == BW_OK)
        code = bw_pg_ensure(pg, err);
    BW_ASSERT(bw_sql_cluster.n == 2); /* owner role, database */
    if (code == BW_OK)
        code = bw_pg_script(pg, bw_sql_cluster.rows[0].name, bw_sql_cluster.rows[0].sql, err);
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_DATABASE_THERE, BW_PARAMS(bw_p_c("bagwatch")), &rows, err);
    if (code == BW_OK && !bw_rows_bool(&rows, 0, "there"))
        code = bw_pg_script(pg, bw_sql_cluster.rows[1].name, bw_sql_cluster.rows[1].sql, err);
    bw_pg_free(pg);
    return code;
}

/* Under pg.start's lock. */
static bw_code bring_up_locked(struct bw_cluster *c, struct bw_error *err)
{
    bw_code code = bw_cluster_init(c, err);
    if (code != BW_OK)
        return code;
    c->adopted = bw_cluster_running(c);
    code = start_until_ready(c, err);
    return code == BW_OK ? make_database(c, err) : code;
}

static bw_code open_locks(struct bw_cluster *c, struct bw_error *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/pg.start", c->data);
    c->start_fd = bw_lock_file(path, err);
    snprintf(path, sizeof(path), "%s/pg.users", c->data);
    c->users_fd = c->start_fd < 0 ? -1 : bw_lock_file(path, err);
    return c->users_fd < 0 ? BW_E_CONFIG : BW_OK;
}

static bw_code fill(struct bw_cluster *c, const struct bw_cluster_options *o, struct bw_error *err)
{
    c->start_fd = -1;
    c->users_fd = -1;
    if (geteuid() == 0 && !o->child_user)
        return bw_fail(err, BW_E_CONFIG, NULL, "PostgreSQL does not run as root");
    bw_code code = bw_make_dir(o->data_dir, err);
    if (code != BW_OK)
        return code;
    char real[PATH_MAX];
    if (!realpath(o->data_dir, real) || !bw_str_copy(bw_str_c(real), c->data, sizeof(c->data)) ||
        !bw_str_copy(bw_str_c(o->run_dir ? o->run_dir : ""), c->run, sizeof(c->run)))
        return bw_fail(err, BW_E_CONFIG, NULL, "path too long: %s", o->data_dir);
    snprintf(c->pg, sizeof(c->pg), "%s/pg", c->data);
    c->child_user = o->child_user ? strdup(o->child_user) : NULL;
    c->extra_settings = o->extra_settings ? strdup(o->extra_settings) : NULL;
    if ((o->child_user && !c->child_user) || (o->extra_settings && !c->extra_settings))
        return bw_fail(err, BW_E_NOMEM, NULL, "cluster");
    code = bw_cluster_find_bin(c, o->bin_dir, err);
    return code == BW_OK ? open_locks(c, err) : code;
}

void bw_cluster_leave(struct bw_cluster *c)
{
    if (!c)
        return;
    if (c->users_fd >= 0)
        close(c->users_fd);
    if (c->start_fd >= 0)
        close(c->start_fd);
    free(c->child_user);
    free(c->extra_settings);
    free(c);
}

bw_code bw_cluster_start(const struct bw_cluster_options *o, struct bw_cluster **ret_take, struct bw_error *err)
{
    struct bw_cluster *c = calloc(1, sizeof(*c));
    if (!c)
        return bw_fail(err, BW_E_NOMEM, NULL, "cluster");
    bw_code code = fill(c, o, err);
    bw_time until = bw_clock_mono() + LOCK_US;
    if (code == BW_OK && (!bw_lock_until(c->start_fd, LOCK_EX, until) || !bw_lock_until(c->users_fd, LOCK_SH, until)))
        code = bw_fail(err, BW_E_CONFIG, NULL, "another process is starting or stopping %s", c->pg);
    if (code == BW_OK)
        code = bring_up_locked(c, err);
    if (code != BW_OK) {
        if (c->child) /* a server that came up, but not for us: leave none behind */
            kill(c->pid, SIGINT);
        bw_cluster_drop_socket_dir(c); /* stays while a server has its socket there */
        bw_cluster_leave(c);
        return code;
    }
    flock(c->start_fd, LOCK_UN);
    *ret_take = c;
    return BW_OK;
}

bw_code bw_cluster_tend(struct bw_cluster *c, struct bw_error *err)
{
    if (!gone(c))
        return BW_OK;
    if (!bw_lock_until(c->start_fd, LOCK_EX, bw_clock_mono() + LOCK_US))
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "another process is starting or stopping %s", c->pg);
    bw_code code = start_until_ready(c, err);
    flock(c->start_fd, LOCK_UN);
    return code;
}

static bool ends_by(struct bw_cluster *c, int sig, bw_time limit)
{
    bw_time until = bw_clock_mono() + limit;
    if (gone(c))
        return true;
    kill(c->pid, sig);
    while (bw_clock_mono() < until) {
        if (gone(c))
            return true;
        bw_nap(NAP_MS);
    }
    return false;
}

bw_code bw_cluster_stop(struct bw_cluster *c, struct bw_error *err)
{
    bw_code code = BW_OK;
    bool ordered = bw_lock_until(c->start_fd, LOCK_EX, bw_clock_mono() + LOCK_US);
    if (!ordered)
        code = bw_fail(err, BW_E_IO, NULL, "another process is starting or stopping %s", c->pg);
    else if (flock(c->users_fd, LOCK_EX | LOCK_NB) == 0) { /* nobody else uses it */
        if (!ends_by(c, SIGINT, FAST_US) && !ends_by(c, SIGQUIT, IMMEDIATE_US))
            code = bw_fail(err, BW_E_IO, NULL, "PostgreSQL (process %ld) does not stop", (long)c->pid);
        else
            bw_cluster_drop_socket_dir(c);
    }
    bw_cluster_leave(c);
    return code;
}
