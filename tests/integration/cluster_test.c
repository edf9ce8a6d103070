/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded server (design.md 7): made once, adopted after a kill -9, stopped by the last one out, started again
 * when it was killed; and the folder DATA that two copies cannot share. */
#include "bw/storage/cluster.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bw/storage/migrate.h"
#include "child.h"
#include "cluster_int.h"
#include "datadir.h"
#include "db.h"

static char data[64];

static struct bw_cluster_options options(void)
{
    return (struct bw_cluster_options){
        .data_dir = data,
        .child_user = bwt_child_user(),
        .extra_settings = "shared_buffers = 32MB\nmax_connections = 20\n",
    };
}

static struct bw_cluster *start(void)
{
    struct bw_error err = { 0 };
    struct bw_cluster *c = NULL;
    const struct bw_cluster_options o = options();
    bw_code code = bw_cluster_start(&o, &c, &err);
    if (code != BW_OK && strstr(err.detail, "is not installed"))
        exit(77);
    if (code != BW_OK)
        fail_msg("%s", err.detail);
    return c;
}

static void stop(struct bw_cluster *c)
{
    struct bw_error err = { 0 };
    if (bw_cluster_stop(c, &err) != BW_OK)
        fail_msg("%s", err.detail);
}

static void setting_is(struct bw_cluster *c, const char *name, const char *value)
{
    char conninfo[BW_CONNINFO];
    struct bw_error err = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_pg *pg = db_session(bw_cluster_conninfo(c, "bagwatch_owner", conninfo), BW_SET_QUERY);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_SETTING, BW_PARAMS(bw_p_c(name)), &rows, &err), BW_OK);
    assert_string_equal(bw_rows_text(&rows, 0, "value").p, value);
    bw_pg_free(pg);
}

static void it_is_made_as_designed_and_stops_clean(void **state)
{
    static const char *const want[][2] = {
        { "fsync", "on" },
        { "full_page_writes", "on" },
        { "wal_compression", "lz4" },
        { "max_wal_size", "4GB" },
        { "listen_addresses", "" },
        { "data_checksums", "on" },
        { "server_encoding", "UTF8" },
        { "lc_collate", "C.UTF-8" },
    };
    (void)state;
    struct bw_cluster *c = start();
    assert_false(bw_cluster_adopted(c));
    for (size_t i = 0; i < BW_LEN(want); i++)
        setting_is(c, want[i][0], want[i][1]);
    struct stat st;
    assert_int_equal(stat(c->socket_dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    char sockets[sizeof(c->socket_dir)], pidfile[PATH_MAX];
    memcpy(sockets, c->socket_dir, sizeof(sockets));
    snprintf(pidfile, sizeof(pidfile), "%s/pg/postmaster.pid", data);
    assert_int_equal(access(pidfile, F_OK), 0);
    stop(c);
    assert_int_not_equal(access(pidfile, F_OK), 0);
    assert_int_not_equal(access(sockets, F_OK), 0);
}

/* Only who owns the server's account, and only by the socket. */
static void roles_come_in_by_peer(void **state)
{
    static const char *const roles[] = { "bagwatch_owner", "bagwatch_app", "bagwatch_report" };
    (void)state;
    char conninfo[BW_CONNINFO], log[PATH_MAX], hba[256] = "";
    struct bw_error err = { 0 };
    struct bw_cluster *c = start();
    const struct bw_scripts none = { NULL, 0 };
    const struct bw_migrate_options o = { .conninfo = bw_cluster_conninfo(c, "bagwatch_owner", conninfo),
                                          .migrations = &none,
                                          .functions = &none };
    assert_int_equal(bw_migrate_up(&o, NULL, &err), BW_OK);
    for (size_t i = 0; i < BW_LEN(roles); i++) {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        struct bw_pg *pg = db_session(bw_cluster_conninfo(c, roles[i], conninfo), BW_SET_QUERY);
        assert_int_equal(bw_pg_query(pg, TEST_STMT_WHO_AM_I, BW_NO_PARAMS, &rows, &err), BW_OK);
        assert_string_equal(bw_rows_text(&rows, 0, "logged").p, roles[i]);
        bw_pg_free(pg);
    }
    snprintf(log, sizeof(log), "%s/pg/pg_hba.conf", data);
    assert_true(bw_read_file(log, hba, sizeof(hba)));
    assert_string_equal(hba, "local all all peer map=bw\n");
    stop(c);
}

/* A process that starts the server, says so, and then is killed. */
static pid_t holder(int *ret_pid)
{
    int ready[2], postmaster = 0;
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct bw_error err = { 0 };
        struct bw_cluster *c = NULL;
        const struct bw_cluster_options o = options();
        if (bw_cluster_start(&o, &c, &err) == BW_OK)
            postmaster = bw_cluster_pid(c);
        (void)!write(ready[1], &postmaster, sizeof(postmaster));
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &postmaster, sizeof(postmaster)), sizeof(postmaster));
    close(ready[0]);
    close(ready[1]);
    assert_int_not_equal(postmaster, 0);
    *ret_pid = postmaster;
    return pid;
}

static void after_a_kill_it_is_adopted(void **state)
{
    (void)state;
    int postmaster;
    pid_t pid = holder(&postmaster);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(kill(postmaster, 0), 0); /* it outlives us */
    struct bw_cluster *c = start();
    assert_true(bw_cluster_adopted(c));
    assert_int_equal(bw_cluster_pid(c), postmaster);
    setting_is(c, "fsync", "on");
    struct bw_cluster copy = *c;
    assert_true(bw_cluster_alive(&copy, postmaster));
    stop(c);
    assert_false(bw_cluster_alive(&copy, postmaster)); /* and the adopter stops it */
}

static void the_last_one_out_stops_it(void **state)
{
    (void)state;
    struct bw_cluster *verb = start(); /* a command-line verb finds it down and starts it */
    struct bw_cluster *server = start();
    assert_true(bw_cluster_adopted(server));
    assert_int_equal(bw_cluster_pid(verb), bw_cluster_pid(server));
    stop(verb);
    setting_is(server, "fsync", "on"); /* still there for the server */
    struct bw_cluster *again = start();
    stop(server);
    setting_is(again, "fsync", "on");
    int pid = bw_cluster_pid(again);
    stop(again);
    bw_time until = bw_clock_mono() + 10 * BW_SECOND;
    while (waitpid(pid, NULL, WNOHANG) == 0 && bw_clock_mono() < until)
        bw_nap(5);
    assert_int_not_equal(kill(pid, 0), 0);
}

static void a_killed_server_is_started_again(void **state)
{
    (void)state;
    char conninfo[BW_CONNINFO];
    struct bw_error err = { 0 };
    struct bw_cluster *c = start();
    bw_cluster_conninfo(c, "bagwatch_owner", conninfo);
    db_script(conninfo, "CREATE TABLE public.kept (id integer); INSERT INTO public.kept VALUES (1)");
    assert_int_equal(bw_cluster_tend(c, &err), BW_OK);
    int first = bw_cluster_pid(c);
    assert_int_equal(kill(first, SIGKILL), 0);
    bw_time until = bw_clock_mono() + 10 * BW_SECOND;
    while (bw_cluster_pid(c) == first && bw_clock_mono() < until) { /* as its caller does, again and again */
        if (bw_cluster_tend(c, &err) != BW_OK)
            fail_msg("%s", err.detail);
        bw_nap(2);
    }
    assert_int_not_equal(bw_cluster_pid(c), first);
    db_script(bw_cluster_conninfo(c, "bagwatch_owner", conninfo), "INSERT INTO public.kept VALUES (2)");
    stop(c);
}

/* A file left by a crash may name an id that somebody else has by now. */
static void a_stale_pid_file_is_seen_through(void **state)
{
    (void)state;
    char path[PATH_MAX], text[256];
    struct bw_error err = { 0 };
    snprintf(path, sizeof(path), "%s/pg/postmaster.pid", data);
    snprintf(text, sizeof(text), "%ld\n%s/pg\n1\n5432\n/tmp/bagwatch-gone\n\n1 1\nready   \n", (long)getppid(), data);
    assert_int_equal(bw_write_file(path, bw_str_c(text), &err), BW_OK);
    struct bw_cluster *c = start();
    assert_false(bw_cluster_adopted(c));
    stop(c);
}

static void a_broken_initdb_does_not_count(void **state)
{
    (void)state;
    char kept[64], path[PATH_MAX];
    struct bw_error err = { 0 };
    memcpy(kept, data, sizeof(kept));
    bwt_make_dir(data);
    snprintf(path, sizeof(path), "%s/pg.new/base", data);
    assert_int_equal(bw_make_dir(path, &err), BW_OK);
    struct bw_cluster *c = start();
    stop(c);
    bwt_remove_dir(data);
    memcpy(data, kept, sizeof(kept));
}

static bw_code try_with(struct bw_cluster_options o, struct bw_error *err)
{
    struct bw_cluster *c = NULL;
    bw_code code = bw_cluster_start(&o, &c, err);
    if (code == BW_OK)
        stop(c);
    return code;
}

static void what_cannot_work_is_refused_by_name(void **state)
{
    (void)state;
    char dir[64], path[PATH_MAX];
    struct bw_error err = { 0 };
    struct bw_cluster_options o = options();
    o.bin_dir = "/nonexistent";
    assert_int_equal(try_with(o, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "postgresql-15"));
    o = options();
    o.run_dir =
        "/tmp/bwt-a-folder-whose-name-is-so-long-that-a-socket-in-it-has-no-room-in-sun-path-of-108-bytes-at-all";
    assert_int_equal(try_with(o, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "107 bytes"));
    bwt_make_dir(dir);
    o = options();
    o.data_dir = dir;
    snprintf(path, sizeof(path), "%s/pg", dir);
    assert_int_equal(bw_make_dir(path, &err), BW_OK);
    snprintf(path, sizeof(path), "%s/pg/PG_VERSION", dir);
    assert_int_equal(bw_write_file(path, BW_STR("14\n"), &err), BW_OK);
    assert_int_equal(try_with(o, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "PostgreSQL 14"));
    bwt_remove_dir(dir);
    if (geteuid() == 0) {
        o = options();
        o.child_user = NULL;
        assert_int_equal(try_with(o, &err), BW_E_CONFIG);
        assert_non_null(strstr(err.detail, "root"));
    }
}

static void a_server_that_does_not_start_is_an_error(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct bw_cluster *c = NULL;
    struct bw_cluster_options o = options();
    o.extra_settings = "no_such_setting = 1\n";
    assert_int_equal(bw_cluster_start(&o, &c, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "pg.log"));
}

static void two_copies_cannot_share_data(void **state)
{
    (void)state;
    char dir[64], path[PATH_MAX], mine[32];
    struct bw_error err = { 0 };
    struct bw_data *first = NULL, *second = NULL;
    bwt_make_dir(dir);
    snprintf(path, sizeof(path), "%s/deep/data", dir);
    assert_int_equal(bw_data_open(path, &first, &err), BW_OK);
    assert_int_equal(bw_data_open(path, &second, &err), BW_E_CONFIG);
    snprintf(mine, sizeof(mine), "process %ld", (long)getpid());
    assert_non_null(strstr(err.detail, mine));
    bw_data_close(first);
    assert_int_equal(bw_data_open(path, &second, &err), BW_OK);
    bw_data_close(second);
    pid_t pid = fork();
    if (pid == 0) {
        (void)!bw_data_open(path, &first, NULL);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(bw_data_open(path, &second, &err), BW_OK); /* a killed holder holds nothing */
    bw_data_close(second);
    bwt_remove_dir(dir);
}

/* As production does under root: become the user, then run the server as oneself. */
static int as_service_user(const char *dir)
{
    char path[PATH_MAX], run[BW_RUN_DIR], other[PATH_MAX];
    struct bw_error err = { 0 };
    struct bw_cluster *c = NULL;
    snprintf(path, sizeof(path), "%s/data", dir);
    snprintf(run, sizeof(run), "%s/run", dir);
    snprintf(other, sizeof(other), "%s/roots", dir);
    const char *const good[] = { path, run, NULL }, *const bad[] = { other, NULL };
    if (mkdir(other, 0700) != 0 || bw_become_service_user("nobody", bad, &err) != BW_E_CONFIG || geteuid() != 0)
        return 10; /* somebody else's folder is refused, and nothing is given up */
    if (bw_become_service_user("nobody", good, &err) != BW_OK)
        return 11;
    if (geteuid() == 0 || getuid() == 0 || setuid(0) == 0)
        return 12;
    const struct bw_cluster_options o = { .data_dir = path, .run_dir = run };
    if (bw_cluster_start(&o, &c, &err) != BW_OK)
        return 13;
    return bw_cluster_stop(c, &err) == BW_OK ? 0 : 14;
}

static void root_becomes_the_service_user(void **state)
{
    (void)state;
    char dir[64];
    int status = 0;
    if (geteuid() != 0) {
        struct bw_error err = { 0 };
        assert_int_equal(bw_become_service_user("nobody", NULL, &err), BW_OK); /* nothing to give up */
        assert_int_not_equal(geteuid(), 0);
        return;
    }
    bwt_make_dir(dir);
    pid_t pid = fork();
    if (pid == 0)
        _exit(as_service_user(dir));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    bwt_remove_dir(dir);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int setup(void **state)
{
    (void)state;
    bwt_make_dir(data);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bwt_remove_dir(data);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_made_as_designed_and_stops_clean),
        cmocka_unit_test(roles_come_in_by_peer),
        cmocka_unit_test(after_a_kill_it_is_adopted),
        cmocka_unit_test(the_last_one_out_stops_it),
        cmocka_unit_test(a_killed_server_is_started_again),
        cmocka_unit_test(a_stale_pid_file_is_seen_through),
        cmocka_unit_test(a_broken_initdb_does_not_count),
        cmocka_unit_test(what_cannot_work_is_refused_by_name),
        cmocka_unit_test(two_copies_cannot_share_data),
        cmocka_unit_test(root_becomes_the_service_user),
        cmocka_unit_test(a_server_that_does_not_start_is_an_error),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
