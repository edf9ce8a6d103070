/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions of everybody but the writer: retries, roll-back, what a failing COMMIT is told as. */
#include "bw/storage/tx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db.h"

static struct bw_pg *session(void **state)
{
    struct bwt_cluster *t = *state;
    db_clear(t);
    return db_session(t->app, BW_SET_QUERY | BW_SET_WRITER);
}

static bw_code add(struct bw_pg *pg, int32_t id, struct bw_error *err)
{
    const struct bw_str word = BW_STR("tx");
    return bw_pg_query(pg, TEST_STMT_ITEM_ADD, BW_PARAMS(bw_p_i32s(&id, NULL, 1), bw_p_texts(&word, 1)), NULL, err);
}

static bw_code add_two(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    int *runs = ctx;
    ++*runs;
    bw_code code = add(pg, 1, err);
    return code == BW_OK ? add(pg, 2, err) : code;
}

static void a_body_is_committed_once(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    int runs = 0;
    assert_int_equal(bw_tx_run(pg, add_two, &runs, &err), BW_OK);
    assert_int_equal(runs, 1);
    assert_int_equal(db_items(pg), 2);
    assert_int_equal(bw_tx_run(pg, add_two, &runs, &err), BW_E_CLASH); /* the caller's to judge: not run again */
    assert_int_equal(runs, 2);
    assert_true(bw_pg_constraint_is(pg, "item_pkey")); /* kept through the roll-back */
    assert_int_equal(db_items(pg), 2);
    bw_pg_free(pg);
}

static bw_code add_then_refuse(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    (void)ctx;
    bw_code code = add(pg, 5, err);
    return code == BW_OK ? bw_fail(err, BW_E_INVALID_BODY, "/x", "no") : code;
}

static void a_refusing_body_rolls_back(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    assert_int_equal(bw_tx_run(pg, add_then_refuse, NULL, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/x");
    assert_false(bw_pg_unknown(pg));
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

static bw_code swallow(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    (void)ctx;
    (void)err;
    bw_code first = add(pg, 1, NULL), again = add(pg, 1, NULL);
    return first == BW_OK && again == BW_E_CLASH ? BW_OK : BW_E_INTERNAL;
}

/* P1: COMMIT of a failed transaction "succeeds". */
static void a_swallowed_failure_is_no_commit(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    assert_int_equal(bw_tx_run(pg, swallow, NULL, &err), BW_E_DB);
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

static bw_code add_twins(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    (void)ctx;
    bw_code code = bw_pg_query(pg, TEST_STMT_ITEM_ADD_UNIQUE_LATER, BW_PARAMS(bw_p_i32(1), bw_p_i32(7)), NULL, err);
    if (code != BW_OK)
        return code;
    return bw_pg_query(pg, TEST_STMT_ITEM_ADD_UNIQUE_LATER, BW_PARAMS(bw_p_i32(2), bw_p_i32(7)), NULL, err);
}

static void a_failure_at_commit_is_told(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    assert_int_equal(bw_tx_run(pg, add_twins, NULL, &err), BW_E_CLASH);
    assert_false(bw_pg_unknown(pg));
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

struct other {
    struct bw_pg *pg;
    int runs;
};

/* Takes the lock that the first run needs, then lets it go: the second run gets through. */
static bw_code wait_for_lock(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct other *o = ctx;
    if (o->runs++ > 0)
        assert_int_equal(bw_pg_run(o->pg, &o->pg->core, BW_STMT_TX_ROLLBACK, BW_NO_PARAMS, NULL, NULL), BW_OK);
    return bw_pg_query(pg, TEST_STMT_ITEM_LOCK, BW_PARAMS(bw_p_i32(1)), NULL, err);
}

static void a_passing_clash_is_tried_again(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    struct other o = { .pg = db_session(((struct bwt_cluster *)*state)->app, BW_SET_WRITER) };
    assert_int_equal(add(pg, 1, &err), BW_OK);
    bw_pg_call_begin(o.pg);
    assert_int_equal(bw_pg_run(o.pg, &o.pg->core, BW_STMT_TX_BEGIN, BW_NO_PARAMS, NULL, &err), BW_OK);
    assert_int_equal(bw_pg_query(o.pg, TEST_STMT_ITEM_LOCK, BW_PARAMS(bw_p_i32(1)), NULL, &err), BW_OK);
    bw_time began = bw_clock_mono();
    assert_int_equal(bw_tx_run(pg, wait_for_lock, &o, &err), BW_OK); /* the first run ends by lock_timeout */
    assert_int_equal(o.runs, 2);
    assert_true(bw_clock_mono() - began >= 2 * BW_SECOND);
    bw_pg_free(pg);
    bw_pg_free(o.pg);
}

static bw_code always_retry(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    (void)pg;
    ++*(int *)ctx;
    return bw_fail(err, BW_E_RETRY, NULL, "made");
}

static void tries_are_bounded(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    int runs = 0;
    assert_int_equal(bw_tx_run(pg, always_retry, &runs, &err), BW_E_RETRY);
    assert_int_equal(runs, 4);
    bw_pg_deadline(pg, bw_clock_mono()); /* passed: no session, no try */
    assert_int_equal(bw_tx_run(pg, always_retry, &runs, &err), BW_E_DATABASE_AWAY);
    assert_int_equal(runs, 4);
    bw_pg_free(pg);
}

struct killing {
    struct bwt_cluster *t;
};

static bw_code die_inside(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct killing *k = ctx;
    bw_code code = add(pg, 1, err);
    if (code == BW_OK)
        db_kill(k->t, db_pid(pg));
    return code == BW_OK ? add(pg, 2, err) : code;
}

static void a_session_lost_inside_stored_nothing(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    struct killing k = { *state };
    assert_int_equal(bw_tx_run(pg, die_inside, &k, &err), BW_E_DATABASE_AWAY);
    assert_false(bw_pg_unknown(pg));
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

static bw_code die_last(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct killing *k = ctx;
    bw_code code = add(pg, 1, err);
    if (code == BW_OK)
        db_kill(k->t, db_pid(pg));
    return code;
}

static void a_session_lost_at_commit_is_unknown(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    struct killing k = { *state };
    assert_int_equal(bw_tx_run(pg, die_last, &k, &err), BW_E_DATABASE_AWAY);
    assert_true(bw_pg_unknown(pg));
    bw_pg_free(pg);
}

static bw_code count_twice(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    (void)err;
    int64_t first = db_items(pg);
    db_script(((struct bwt_cluster *)ctx)->owner, "INSERT INTO item (id) VALUES (100)");
    assert_int_equal(db_items(pg), first);
    return BW_OK;
}

static void a_reading_transaction_sees_one_snapshot(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    assert_int_equal(bw_tx_read(pg, count_twice, *state, &err), BW_OK);
    assert_int_equal(db_items(pg), 1);
    assert_int_equal(bw_tx_read(pg, swallow, NULL, &err), BW_E_INTERNAL); /* writes nothing */
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    assert_int_equal(db_items(pg), 1);
    bw_pg_free(pg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_committed_once),
        cmocka_unit_test(a_refusing_body_rolls_back),
        cmocka_unit_test(a_swallowed_failure_is_no_commit),
        cmocka_unit_test(a_failure_at_commit_is_told),
        cmocka_unit_test(a_passing_clash_is_tried_again),
        cmocka_unit_test(tries_are_bounded),
        cmocka_unit_test(a_session_lost_inside_stored_nothing),
        cmocka_unit_test(a_session_lost_at_commit_is_unknown),
        cmocka_unit_test(a_reading_transaction_sees_one_snapshot),
    };
    return cmocka_run_group_tests(tests, db_setup, db_teardown);
}
