/* SPDX-License-Identifier: Apache-2.0 */
/* db.c - see db.h. */
#include "db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bw/storage/migrate.h"
#include "child.h"

static const struct bw_scripts no_scripts = { NULL, 0 };

struct bw_pg *db_session(const char *conninfo, unsigned sets)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = { .conninfo = conninfo, .name = "test", .sets = sets, .stmts = &test_stmts };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    if (bw_pg_ensure(pg, &err) != BW_OK)
        fail_msg("%s", err.detail);
    return pg;
}

void db_script(const char *conninfo, const char *sql)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = db_session(conninfo, 0);
    if (bw_pg_script(pg, "test", bw_str_c(sql), &err) != BW_OK)
        fail_msg("%s", err.detail);
    bw_pg_free(pg);
}

int db_setup(void **state)
{
    static struct bwt_cluster t;
    struct bw_error err = { 0 };
    bwt_cluster_start(&t);
    *state = &t;
    const struct bw_migrate_options o = { .conninfo = t.owner, .migrations = &no_scripts, .functions = &no_scripts };
    if (bw_migrate_up(&o, NULL, &err) != BW_OK) {
        fprintf(stderr, "%s\n", err.detail);
        bwt_cluster_stop(&t);
        return 1;
    }
    db_script(t.owner, "CREATE TABLE item (id integer PRIMARY KEY, word text CHECK (length(word) < 20),"
                       "  later integer UNIQUE DEFERRABLE INITIALLY DEFERRED);"
                       "GRANT ALL ON item TO bagwatch_app");
    return 0;
}

int db_teardown(void **state)
{
    bwt_cluster_stop(*state);
    return 0;
}

int64_t db_items(struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    if (bw_pg_query(pg, TEST_STMT_ITEM_COUNT, BW_NO_PARAMS, &rows, &err) != BW_OK)
        fail_msg("%s", err.detail);
    int64_t n = bw_rows_i64(&rows, 0, "n");
    bw_rows_done(&rows);
    return n;
}

void db_clear(struct bwt_cluster *t)
{
    db_script(t->owner, "DELETE FROM item");
}

int db_pid(struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    assert_int_equal(bw_pg_query(pg, TEST_STMT_MY_PID, BW_NO_PARAMS, &rows, &err), BW_OK);
    int pid = bw_rows_i32(&rows, 0, "pid");
    bw_rows_done(&rows);
    return pid;
}

void db_kill(struct bwt_cluster *t, int pid)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = db_session(t->super, BW_SET_QUERY);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_KILL_BACKEND, BW_PARAMS(bw_p_i32(pid)), NULL, &err), BW_OK);
    bw_pg_free(pg);
    assert_true(db_wait_event(t, pid, NULL));
}

bool db_wait_event(struct bwt_cluster *t, int pid, const char *wait_event)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = db_session(t->super, BW_SET_QUERY);
    struct bw_rows rows = { 0 };
    bw_time until = bw_clock_mono() + 20 * BW_SECOND;
    bool seen = false;
    while (!seen && bw_clock_mono() < until) {
        assert_int_equal(bw_pg_query(pg, TEST_STMT_WAIT_EVENT_OF, BW_PARAMS(bw_p_i32(pid)), &rows, &err), BW_OK);
        seen = wait_event ? rows.n && bw_str_eq_c(bw_rows_text(&rows, 0, "wait_event"), wait_event) : rows.n == 0;
        if (!seen)
            bw_nap(2);
    }
    bw_rows_done(&rows);
    bw_pg_free(pg);
    return seen;
}
