/* SPDX-License-Identifier: Apache-2.0 */
/* throwaway.c - see throwaway.h. */
#include "throwaway.h"

#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw/storage/migrate.h"

static void must(bw_code code, const struct bw_error *err, const char *what)
{
    if (code == BW_OK)
        return;
    fprintf(stderr, "throwaway: %s: %s: %s\n", what, bw_code_info(code)->name, err->detail);
    exit(strstr(err->detail, "is not installed") ? 77 : 1);
}

const char *bwt_child_user(void)
{
    static const char *const users[] = { "bagwatch", "postgres", "nobody" };
    for (size_t i = 0; geteuid() == 0 && i < BW_LEN(users); i++)
        if (getpwnam(users[i]))
            return users[i];
    return NULL;
}

void bwt_make_dir(char to[64])
{
    snprintf(to, 64, "/tmp/bwt-XXXXXX");
    BW_ASSERT(mkdtemp(to) && chmod(to, 0755) == 0);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void bwt_remove_dir(const char *dir)
{
    BW_ASSERT(bw_str_starts(bw_str_c(dir), BW_STR("/tmp/bwt-")));
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A test program that aborts or is killed cannot stop its server, which outlives its starter by design: a second
 * process waits for the end of the first and cleans up behind it. */
static int watch(const struct bwt_cluster *t)
{
    enum { NAPS = 1000 };
    int ends[2], pid = bw_cluster_pid(t->cluster);
    char told;
    BW_ASSERT(pipe2(ends, O_CLOEXEC) == 0);
    pid_t child = fork();
    BW_ASSERT(child >= 0);
    if (child > 0) {
        close(ends[0]);
        return ends[1];
    }
    close(ends[1]);
    setsid();
    if (read(ends[0], &told, 1) == 1)
        _exit(0);
    kill(pid, SIGQUIT);
    for (int i = 0; i < NAPS && kill(pid, 0) == 0; i++)
        usleep(10000);
    bwt_remove_dir(t->dir);
    _exit(0);
}

void bwt_cluster_start(struct bwt_cluster *t)
{
    struct bw_error err = { 0 };
    char run[BW_RUN_DIR];
    *t = (struct bwt_cluster){ .cluster = NULL };
    bwt_make_dir(t->dir);
    snprintf(run, sizeof(run), "%s/s", t->dir);
    const struct bw_cluster_options o = {
        .data_dir = t->dir,
        .run_dir = run,
        .child_user = bwt_child_user(),
        .extra_settings = "fsync = off\nshared_buffers = 32MB\nmax_wal_size = 256MB\nmax_connections = 60\n",
    };
    bw_code code = bw_cluster_start(&o, &t->cluster, &err);
    if (code != BW_OK)
        bwt_remove_dir(t->dir);
    must(code, &err, "start");
    t->watcher = watch(t);
    bw_cluster_conninfo(t->cluster, "bagwatch_owner", t->owner);
    bw_cluster_conninfo(t->cluster, "bagwatch_app", t->app);
    bw_cluster_conninfo(t->cluster, "postgres", t->super);
}

void bwt_cluster_start_migrated(struct bwt_cluster *t)
{
    struct bw_error err = { 0 };
    bwt_cluster_start(t);
    const struct bw_migrate_options o = { .conninfo = t->owner };
    bw_code code = bw_migrate_up(&o, NULL, &err);
    if (code != BW_OK)
        bwt_cluster_stop(t);
    must(code, &err, "migrate");
}

void bwt_cluster_stop(struct bwt_cluster *t)
{
    struct bw_error err = { 0 };
    if (!t->cluster)
        return;
    bw_code code = bw_cluster_stop(t->cluster, &err);
    t->cluster = NULL;
    BW_ASSERT(write(t->watcher, "d", 1) == 1);
    close(t->watcher);
    bwt_remove_dir(t->dir);
    must(code, &err, "stop");
}
