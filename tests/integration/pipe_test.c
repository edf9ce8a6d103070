/* SPDX-License-Identifier: Apache-2.0 */
/* Pipelines against a real server: what counts as an acknowledgement, and what every failure is told as
 * (reliability.md 3.1, 3.2, F5, F6).  req: ING-03 */
#include "db.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "child.h"

static struct bw_pg *session(void **state)
{
    struct bwt_cluster *t = *state;
    db_clear(t);
    return db_session(t->app, BW_SET_QUERY | BW_SET_WRITER);
}

static bw_code send_item(struct bw_pg *pg, int32_t id, const char *word, struct bw_error *err)
{
    struct bw_str w = bw_str_c(word);
    return bw_pipe_send(pg, TEST_STMT_ITEM_ADD, BW_PARAMS(bw_p_i32s(&id, NULL, 1), bw_p_texts(&w, 1)), err);
}

static void begin(struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    if (bw_pipe_begin(pg, &err) != BW_OK)
        fail_msg("%s", err.detail);
}

static void rounds_then_commit_is_acknowledged(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    begin(pg);
    assert_int_equal(bw_pipe_send(pg, TEST_STMT_ITEM_COUNT, BW_NO_PARAMS, &err), BW_OK);
    assert_int_equal(bw_pipe_send(pg, TEST_STMT_ITEM_GET, BW_PARAMS(bw_p_i32(1)), &err), BW_OK);
    assert_int_equal(bw_pipe_sync(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_COUNT, &rows, &err), BW_OK);
    assert_int_equal(bw_rows_i64(&rows, 0, "n"), 0);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_GET, &rows, &err), BW_OK);
    assert_int_equal(rows.n, 0);
    assert_int_equal(send_item(pg, 1, "a", &err), BW_OK);
    assert_int_equal(send_item(pg, 2, "b", &err), BW_OK);
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_ADD, &rows, &err), BW_OK);
    assert_int_equal(rows.affected, 1);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_OK);
    assert_false(bw_pg_unknown(pg));
    assert_int_equal(db_items(pg), 2); /* the session serves on, outside any transaction */
    assert_int_equal(PQtransactionStatus(pg->c), PQTRANS_IDLE);
    bw_pg_free(pg);
}

static void a_failed_statement_is_not_acknowledged(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    begin(pg);
    assert_int_equal(send_item(pg, 1, "a", &err), BW_OK);
    assert_int_equal(send_item(pg, 1, "again", &err), BW_OK);
    assert_int_equal(send_item(pg, 3, "c", &err), BW_OK);
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_ADD, NULL, &err), BW_OK); /* proves nothing */
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_ADD, NULL, &err), BW_E_CLASH);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_ADD, NULL, &err), BW_E_CLASH); /* the skipped one says why */
    err = (struct bw_error){ 0 };
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_NOT);
    assert_int_equal(err.code, BW_E_CLASH);
    assert_true(bw_pg_constraint_is(pg, "item_pkey"));
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

/* The trap of P1: in a failed transaction COMMIT succeeds, with the tag ROLLBACK. */
static void commit_in_a_failed_transaction_is_not_acknowledged(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    begin(pg);
    assert_int_equal(send_item(pg, 1, "a", &err), BW_OK);
    assert_int_equal(bw_pipe_send(pg, TEST_STMT_NUMBER_OF, BW_PARAMS(bw_p_c("x")), &err), BW_OK);
    assert_int_equal(bw_pipe_sync(pg, &err), BW_OK); /* the error is behind a Sync: COMMIT will be run */
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_NOT);
    assert_int_equal(err.code, BW_E_POISON);
    assert_int_equal(db_items(pg), 0);
    assert_true(bw_pg_connected(pg));
    bw_pg_free(pg);
}

/* F6: all statements are well, COMMIT itself fails. */
static void a_failure_at_commit_is_not_acknowledged(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    begin(pg);
    assert_int_equal(bw_pipe_send(pg, TEST_STMT_ITEM_ADD_UNIQUE_LATER, BW_PARAMS(bw_p_i32(1), bw_p_i32(7)), &err),
                     BW_OK);
    assert_int_equal(bw_pipe_send(pg, TEST_STMT_ITEM_ADD_UNIQUE_LATER, BW_PARAMS(bw_p_i32(2), bw_p_i32(7)), &err),
                     BW_OK);
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_ADD_UNIQUE_LATER, NULL, &err), BW_OK);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_ADD_UNIQUE_LATER, NULL, &err), BW_OK);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_NOT);
    assert_int_equal(err.code, BW_E_CLASH);
    assert_string_equal(bw_pg_sqlstate(pg), "23505");
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

static void ending_without_commit_rolls_back(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    begin(pg);
    assert_int_equal(send_item(pg, 1, "a", &err), BW_OK);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_NOT);
    assert_int_equal(db_items(pg), 0);
    begin(pg); /* and again at once */
    assert_int_equal(send_item(pg, 1, "a", &err), BW_OK);
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_OK);
    assert_int_equal(db_items(pg), 1);
    bw_pg_free(pg);
}

static void a_connection_lost_before_commit_is_not_stored(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    int pid = db_pid(pg);
    begin(pg);
    assert_int_equal(send_item(pg, 1, "a", &err), BW_OK);
    assert_int_equal(bw_pipe_sync(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_read(pg, TEST_STMT_ITEM_ADD, NULL, &err), BW_OK);
    db_kill(*state, pid);
    bw_code sent = bw_pipe_send(pg, TEST_STMT_ITEM_COUNT, BW_NO_PARAMS, &err);
    if (sent == BW_OK)
        sent = bw_pipe_sync(pg, &err);
    if (sent == BW_OK)
        sent = bw_pipe_read(pg, TEST_STMT_ITEM_COUNT, NULL, &err);
    assert_int_equal(sent, BW_E_DATABASE_AWAY);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_NOT);
    assert_int_equal(err.code, BW_E_DATABASE_AWAY);
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

static void standby(struct bwt_cluster *t, const char *name)
{
    char sql[128];
    struct bw_error err = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    snprintf(sql, sizeof(sql), "ALTER SYSTEM SET synchronous_standby_names = '%s'", name);
    db_script(t->super, sql);
    db_script(t->super, "SELECT pg_reload_conf()");
    struct bw_pg *pg = db_session(t->super, BW_SET_QUERY);
    bw_time until = bw_clock_mono() + 20 * BW_SECOND;
    bool done = false;
    while (!done && bw_clock_mono() < until) {
        assert_int_equal(bw_pg_query(pg, TEST_STMT_SETTING, BW_PARAMS(bw_p_c("synchronous_standby_names")), &rows,
                                     &err),
                         BW_OK);
        done = bw_str_eq_c(bw_rows_text(&rows, 0, "value"), name);
        bw_nap(2);
    }
    bw_pg_free(pg);
    assert_true(done);
}

/* COMMIT is on its way and waits for a standby that never answers: written here, acknowledged nowhere. */
static struct bw_pg *commit_that_waits(void **state, int *ret_pid)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    *ret_pid = db_pid(pg);
    standby(*state, "nobody");
    bw_pg_deadline(pg, bw_clock_mono() + 20 * BW_SECOND);
    begin(pg);
    assert_int_equal(send_item(pg, 1, "a", &err), BW_OK);
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_true(db_wait_event(*state, *ret_pid, "SyncRep"));
    return pg;
}

static void a_connection_lost_after_commit_is_unknown(void **state)
{
    struct bw_error err = { 0 };
    int pid;
    struct bw_pg *pg = commit_that_waits(state, &pid);
    db_kill(*state, pid);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_UNKNOWN);
    assert_int_equal(err.code, BW_E_DATABASE_AWAY);
    assert_true(bw_pg_unknown(pg));
    assert_false(bw_pg_connected(pg));
    standby(*state, "");
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    assert_int_equal(db_items(pg), 1); /* unknown, and stored */
    bw_pg_free(pg);
}

static void a_deadline_after_commit_is_unknown(void **state)
{
    struct bw_error err = { 0 };
    int pid;
    struct bw_pg *pg = commit_that_waits(state, &pid);
    pg->until = bw_clock_mono() + 50 * BW_MS;
    bw_time began = bw_clock_mono();
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_UNKNOWN);
    assert_true(bw_clock_mono() - began < 2 * BW_SECOND);
    standby(*state, "");
    bw_pg_free(pg);
    assert_true(db_wait_event(*state, pid, NULL));
}

/* F5: a cancelled wait makes COMMIT succeed, with a WARNING. */
static void a_warning_about_the_standby_is_not_acknowledged(void **state)
{
    struct bw_error err = { 0 };
    char sql[64];
    int pid;
    struct bw_pg *pg = commit_that_waits(state, &pid);
    snprintf(sql, sizeof(sql), "SELECT pg_cancel_backend(%d)", pid);
    db_script(((struct bwt_cluster *)*state)->super, sql);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_UNKNOWN);
    assert_string_equal(err.detail, "the standby was not waited for");
    assert_true(bw_pg_connected(pg));
    standby(*state, "");
    bw_pg_free(pg);
}

static void both_directions_at_once_do_not_block(void **state)
{
    enum { N = 40, WORDS = 20000 };
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    int32_t *n = calloc(WORDS, sizeof(*n));
    struct bw_str *words = calloc(WORDS, sizeof(*words));
    assert_non_null(n);
    assert_non_null(words);
    for (int32_t i = 0; i < WORDS; i++) {
        n[i] = i;
        words[i] = BW_STR("eighteen characters");
    }
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    begin(pg);
    for (int i = 0; i < N; i++) /* 20 MB each way: far more than both sockets hold */
        assert_int_equal(bw_pipe_send(pg, TEST_STMT_UNNEST_ROWS,
                                      BW_PARAMS(bw_p_i32s(n, NULL, WORDS), bw_p_texts(words, WORDS)), &err),
                         BW_OK);
    assert_int_equal(bw_pipe_sync(pg, &err), BW_OK);
    for (int i = 0; i < N; i++) {
        assert_int_equal(bw_pipe_read(pg, TEST_STMT_UNNEST_ROWS, &rows, &err), BW_OK);
        assert_int_equal(rows.n, WORDS);
    }
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_OK);
    free(n);
    free(words);
    bw_pg_free(pg);
}

static void a_stale_statement_costs_one_session(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    PQclear(PQexec(pg->c, "DEALLOCATE ALL"));
    begin(pg);
    assert_int_equal(bw_pipe_commit(pg, &err), BW_OK);
    assert_int_equal(bw_pipe_end(pg, &err), BW_COMMIT_NOT);
    assert_int_equal(err.code, BW_E_RETRY);
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_then_commit_is_acknowledged),
        cmocka_unit_test(a_failed_statement_is_not_acknowledged),
        cmocka_unit_test(commit_in_a_failed_transaction_is_not_acknowledged),
        cmocka_unit_test(a_failure_at_commit_is_not_acknowledged),
        cmocka_unit_test(ending_without_commit_rolls_back),
        cmocka_unit_test(a_connection_lost_before_commit_is_not_stored),
        cmocka_unit_test(a_connection_lost_after_commit_is_unknown),
        cmocka_unit_test(a_deadline_after_commit_is_unknown),
        cmocka_unit_test(a_warning_about_the_standby_is_not_acknowledged),
        cmocka_unit_test(both_directions_at_once_do_not_block),
        cmocka_unit_test(a_stale_statement_costs_one_session),
    };
    return cmocka_run_group_tests(tests, db_setup, db_teardown);
}
