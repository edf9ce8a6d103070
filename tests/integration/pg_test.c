/* SPDX-License-Identifier: Apache-2.0 */
/* The session against a real server: types, row counts, error classes, time limits on both ends, reconnecting, clock.
 */
#include "db.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"

static struct bw_pg *session(void **state)
{
    struct bwt_cluster *t = *state;
    return db_session(t->app, BW_SET_QUERY | BW_SET_WRITER | BW_SET_FEED);
}

static void ok(bw_code code, const struct bw_error *err)
{
    if (code != BW_OK)
        fail_msg("%s: %s", bw_code_info(code)->name, err->detail);
}

static void scalars_come_back_as_they_went(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    struct bw_uuid id = bw_uuid_v7(INT64_C(1763762400123456));
    bw_time at = INT64_C(1763762400123456);
    bw_date day = bw_date_from_civil(2026, 11, 20);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    ok(bw_pg_query(pg, TEST_STMT_ECHO_SCALARS,
                   BW_PARAMS(bw_p_i16(-32768), bw_p_i32(INT32_MIN), bw_p_i64(INT64_MAX), bw_p_bool(true),
                             bw_p_c("Zürich ☂"), bw_p_bytea(bw_str_n("\0\xff\x01", 3)), bw_p_uuid(&id), bw_p_time(at),
                             bw_p_date(day), bw_p_jsonb(BW_STR("{\"a\": [1, null]}")), bw_p_f64(-51.4775)),
                   &rows, &err),
       &err);
    assert_int_equal(rows.n, 1);
    assert_int_equal(bw_rows_i16(&rows, 0, "a"), -32768);
    assert_int_equal(bw_rows_i32(&rows, 0, "b"), INT32_MIN);
    assert_true(bw_rows_i64(&rows, 0, "c") == INT64_MAX);
    assert_int_equal(bw_rows_i64(&rows, 0, "a"), -32768);
    assert_true(bw_rows_bool(&rows, 0, "d"));
    assert_string_equal(bw_rows_text(&rows, 0, "e").p, "Zürich ☂");
    assert_int_equal(bw_rows_bytea(&rows, 0, "f").n, 3);
    assert_memory_equal(bw_rows_bytea(&rows, 0, "f").p, "\0\xff\x01", 3);
    struct bw_uuid got = bw_rows_uuid(&rows, 0, "g");
    assert_true(bw_uuid_eq(&got, &id));
    assert_true(bw_rows_time(&rows, 0, "h") == at);
    assert_int_equal(bw_rows_date(&rows, 0, "i"), day);
    assert_true(bw_str_eq_c(bw_rows_jsonb(&rows, 0, "j"), "{\"a\": [1, null]}"));
    assert_true(bw_rows_f64(&rows, 0, "k") > -51.4776 && bw_rows_f64(&rows, 0, "k") < -51.4774);
    bw_pg_free(pg);
}

static void the_server_understands_times_and_dates(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    bw_time at;
    assert_true(bw_time_parse(BW_STR("1999-12-31T23:59:59.5Z"), &at, NULL));
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    ok(bw_pg_query(pg, TEST_STMT_ECHO_TEXTS,
                   BW_PARAMS(bw_p_i16(7), bw_p_text(BW_STR("")), bw_p_time(at),
                             bw_p_date(bw_date_from_civil(1972, 2, 29)), bw_p_f64(0.5)),
                   &rows, &err),
       &err);
    assert_string_equal(bw_rows_text(&rows, 0, "a").p, "7");
    assert_false(bw_rows_null(&rows, 0, "b"));
    assert_int_equal(bw_rows_text(&rows, 0, "b").n, 0);
    assert_string_equal(bw_rows_text(&rows, 0, "h").p, "1999-12-31 23:59:59.5+00");
    assert_string_equal(bw_rows_text(&rows, 0, "i").p, "1972-02-29");
    assert_string_equal(bw_rows_text(&rows, 0, "k").p, "0.5");
    bw_pg_free(pg);
}

static void nulls_go_and_come(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    const struct bw_uuid nil = { { 0 } };
    static const char cols[] = "abcdefghijk";
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    ok(bw_pg_query(pg, TEST_STMT_ECHO_SCALARS,
                   BW_PARAMS(bw_p_null(BW_T_I16), bw_p_null(BW_T_I32), bw_p_null(BW_T_I64), bw_p_null(BW_T_BOOL),
                             bw_p_text(BW_STR_NONE), bw_p_bytea(BW_STR_NONE), bw_p_uuid(&nil), bw_p_time(BW_TIME_NONE),
                             bw_p_date(BW_DATE_NONE), bw_p_jsonb(BW_STR_NONE), bw_p_null(BW_T_F64)),
                   &rows, &err),
       &err);
    for (const char *c = cols; *c; c++)
        assert_true(bw_rows_null(&rows, 0, (const char[]){ *c, '\0' }));
    assert_true(bw_rows_time(&rows, 0, "h") == BW_TIME_NONE);
    assert_int_equal(bw_rows_date(&rows, 0, "i"), BW_DATE_NONE);
    assert_null(bw_rows_text(&rows, 0, "e").p);
    struct bw_uuid id = bw_rows_uuid(&rows, 0, "g");
    assert_true(bw_uuid_is_nil(&id));
    bw_pg_free(pg);
}

static void arrays_keep_order_and_nulls(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    const bool nulls[] = { false, true, false };
    const int16_t a[] = { 1, 2, -3 };
    const int32_t b[] = { 10, 20, -30 };
    const int64_t c[] = { 100, 200, INT64_MIN };
    const bool d[] = { true, true, false };
    const struct bw_str e[] = { BW_STR("x,\"y"), BW_STR_NONE, BW_STR("") };
    const struct bw_str f[] = { BW_STR("\xde\xad"), BW_STR_NONE, BW_STR("") };
    struct bw_uuid g[] = { bw_uuid_v7(BW_DAY), { { 0 } }, bw_uuid_v7(2 * BW_DAY) };
    const bw_time h[] = { 0, BW_TIME_NONE, INT64_C(1763762400000001) };
    const bw_date i[] = { 0, BW_DATE_NONE, -1 };
    const struct bw_str j[] = { BW_STR("1"), BW_STR_NONE, BW_STR("\"z\"") };
    const double k[] = { 1.5, 0, -2.25 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    ok(bw_pg_query(pg, TEST_STMT_ECHO_ARRAYS,
                   BW_PARAMS(bw_p_i16s(a, nulls, 3), bw_p_i32s(b, nulls, 3), bw_p_i64s(c, nulls, 3),
                             bw_p_bools(d, nulls, 3), bw_p_texts(e, 3), bw_p_byteas(f, 3), bw_p_uuids(g, 3),
                             bw_p_times(h, 3), bw_p_dates(i, 3), bw_p_jsonbs(j, 3), bw_p_f64s(k, nulls, 3)),
                   &rows, &err),
       &err);
    char uuid1[BW_UUID_TEXT], uuid2[BW_UUID_TEXT], want[512];
    snprintf(want, sizeof(want),
             "{1,NULL,-3}|{10,NULL,-30}|{100,NULL,-9223372036854775808}|{t,NULL,f}|{\"x,\\\"y\",NULL,\"\"}|"
             "{\"\\\\xdead\",NULL,\"\\\\x\"}|{%s,NULL,%s}|{\"1970-01-01 00:00:00+00\",NULL,"
             "\"2025-11-21 22:00:00.000001+00\"}|{1970-01-01,NULL,1969-12-31}|{1,NULL,\"\\\"z\\\"\"}|{1.5,NULL,-2.25}",
             bw_uuid_text(&g[0], uuid1), bw_uuid_text(&g[2], uuid2));
    assert_string_equal(bw_rows_text(&rows, 0, "said").p, want);

    struct bw_array it = bw_rows_array(&rows, 0, "c");
    assert_true(bw_array_next(&it) && !it.null && it.i == 100);
    assert_true(bw_array_next(&it) && it.null);
    assert_true(bw_array_next(&it) && it.i == INT64_MIN);
    assert_false(bw_array_next(&it));
    it = bw_rows_array(&rows, 0, "e");
    assert_true(bw_array_next(&it) && bw_str_eq_c(it.s, "x,\"y"));
    assert_true(bw_array_next(&it) && it.null && bw_array_next(&it) && !it.null && it.s.n == 0);
    it = bw_rows_array(&rows, 0, "h");
    assert_true(bw_array_next(&it) && it.i == 0 && bw_array_next(&it) && it.null && bw_array_next(&it));
    assert_true(it.i == INT64_C(1763762400000001));
    it = bw_rows_array(&rows, 0, "j");
    assert_true(bw_array_next(&it) && bw_str_eq_c(it.s, "1"));
    bw_pg_free(pg);
}

static void unnest_takes_empty_and_long_arrays(void **state)
{
    enum { N = 20000 };
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    int32_t *n = calloc(N, sizeof(*n));
    struct bw_str *words = calloc(N, sizeof(*words));
    assert_non_null(n);
    assert_non_null(words);
    for (int32_t i = 0; i < N; i++) {
        n[i] = N - i;
        words[i] = i % 3 ? BW_STR("word") : BW_STR_NONE;
    }
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    ok(bw_pg_query(pg, TEST_STMT_UNNEST_ROWS, BW_PARAMS(bw_p_i32s(n, NULL, 0), bw_p_texts(words, 0)), &rows, &err),
       &err);
    assert_int_equal(rows.n, 0);
    ok(bw_pg_query(pg, TEST_STMT_UNNEST_ROWS, BW_PARAMS(bw_p_i32s(n, NULL, N), bw_p_texts(words, N)), &rows, &err),
       &err);
    assert_int_equal(rows.n, N);
    assert_int_equal(bw_rows_i32(&rows, N - 1, "n"), N);
    assert_true(bw_rows_null(&rows, N - 1, "word"));
    free(n);
    free(words);
    bw_pg_free(pg);
}

static void declared_row_counts_are_checked(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    db_clear(*state);
    const int32_t ids[] = { 1, 2 };
    const struct bw_str words[] = { BW_STR("one"), BW_STR("two") };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    ok(bw_pg_query(pg, TEST_STMT_ITEM_ADD, BW_PARAMS(bw_p_i32s(ids, NULL, 2), bw_p_texts(words, 2)), &rows, &err),
       &err);
    assert_int_equal(rows.affected, 2);
    ok(bw_pg_query(pg, TEST_STMT_ITEM_GET, BW_PARAMS(bw_p_i32(9)), &rows, &err), &err);
    assert_int_equal(rows.n, 0);
    ok(bw_pg_query(pg, TEST_STMT_ITEM_ONE, BW_PARAMS(bw_p_i32(2)), &rows, &err), &err);
    assert_string_equal(bw_rows_text(&rows, 0, "word").p, "two");
    assert_int_equal(bw_pg_query(pg, TEST_STMT_ITEM_ONE, BW_PARAMS(bw_p_i32(1)), &rows, &err), BW_E_DB);
    assert_string_equal(err.detail, "item_one: 2 rows came back, declared is: one");
    assert_int_equal(bw_pg_query(pg, TEST_STMT_ITEM_ONE, BW_PARAMS(bw_p_i32(9)), &rows, &err), BW_E_DB);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_ITEM_MAYBE, BW_PARAMS(bw_p_i32(1)), &rows, &err), BW_E_DB);
    ok(bw_pg_query(pg, TEST_STMT_ITEM_MAYBE, BW_PARAMS(bw_p_i32(2)), &rows, &err), &err);
    bw_pg_free(pg);
}

static void failures_fall_into_classes(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    db_clear(*state);
    const int32_t ids[] = { 1, 1 };
    const struct bw_str words[] = { BW_STR("secret-surname"), BW_STR("two") };
    assert_int_equal(bw_pg_query(pg, TEST_STMT_ITEM_ADD, BW_PARAMS(bw_p_i32s(ids, NULL, 2), bw_p_texts(words, 2)), NULL,
                                 &err),
                     BW_E_CLASH);
    assert_string_equal(bw_pg_constraint(pg), "item_pkey");
    assert_true(bw_pg_constraint_is(pg, "item_pkey"));
    assert_string_equal(bw_pg_sqlstate(pg), "23505");
    const struct bw_str long_word = BW_STR("secret-surname-far-too-long");
    assert_int_equal(bw_pg_query(pg, TEST_STMT_ITEM_ADD, BW_PARAMS(bw_p_i32s(ids, NULL, 1), bw_p_texts(&long_word, 1)),
                                 NULL, &err),
                     BW_E_POISON);
    assert_string_equal(bw_pg_sqlstate(pg), "23514");
    assert_null(strstr(err.detail, "secret")); /* req: SEC-05 */
    assert_int_equal(bw_pg_query(pg, TEST_STMT_NUMBER_OF, BW_PARAMS(bw_p_c("secret-word")), NULL, &err), BW_E_POISON);
    assert_string_equal(bw_pg_sqlstate(pg), "22P02");
    assert_null(strstr(err.detail, "secret"));
    assert_int_equal(bw_pg_query(pg, TEST_STMT_ECHO_TEXTS,
                                 BW_PARAMS(bw_p_i16(1), bw_p_text(bw_str_n("a\0b", 3)), bw_p_time(0), bw_p_date(0),
                                           bw_p_f64(1)),
                                 NULL, &err),
                     BW_E_POISON); /* reliability.md F8: what json-c lets through */
    assert_true(bw_pg_connected(pg));
    assert_int_equal(db_items(pg), 0);
    bw_pg_free(pg);
}

/* reliability.md 3.3 */
static void limits_stand_on_the_server_too(void **state)
{
    static const char *const want[][2] = {
        { "statement_timeout", "5s" },
        { "lock_timeout", "2s" },
        { "idle_in_transaction_session_timeout", "5s" },
        { "client_connection_check_interval", "2s" },
        { "synchronous_commit", "on" },
        { "TimeZone", "UTC" },
        { "search_path", "bagwatch, public" },
        { "client_encoding", "UTF8" },
    };
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    for (size_t i = 0; i < BW_LEN(want); i++) {
        ok(bw_pg_query(pg, TEST_STMT_SETTING, BW_PARAMS(bw_p_c(want[i][0])), &rows, &err), &err);
        assert_string_equal(bw_rows_text(&rows, 0, "value").p, want[i][1]);
    }
    bw_pg_free(pg);
}

static void a_session_takes_its_role(void **state)
{
    struct bwt_cluster *t = *state;
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = {
        .conninfo = t->owner, .role = "bagwatch_app", .sets = BW_SET_QUERY, .stmts = &test_stmts
    };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    ok(bw_pg_ensure(pg, &err), &err);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    ok(bw_pg_query(pg, TEST_STMT_WHO_AM_I, BW_NO_PARAMS, &rows, &err), &err);
    assert_string_equal(bw_rows_text(&rows, 0, "who").p, "bagwatch_app");
    assert_string_equal(bw_rows_text(&rows, 0, "logged").p, "bagwatch_owner");
    bw_pg_free(pg);
}

static void a_slow_statement_ends_by_our_deadline(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    bw_time began = bw_clock_mono();
    bw_pg_deadline(pg, began + 200 * BW_MS);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_PAUSE, BW_PARAMS(bw_p_f64(4)), NULL, &err), BW_E_DATABASE_AWAY);
    bw_time took = bw_clock_mono() - began;
    assert_true(took >= 200 * BW_MS && took < 2 * BW_SECOND);
    assert_false(bw_pg_connected(pg));
    assert_true(bw_pg_unknown(pg));
    bw_pg_free(pg);
}

/* A server that is frozen, not gone: no keepalive and no user time-out sees it (reliability.md F7). */
static void a_frozen_server_ends_by_our_deadline(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    int pid = db_pid(pg);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    bw_time began = bw_clock_mono();
    bw_pg_deadline(pg, began + 300 * BW_MS);
    bw_code code = bw_pg_query(pg, TEST_STMT_MY_PID, BW_NO_PARAMS, NULL, &err);
    bw_time took = bw_clock_mono() - began;
    kill(pid, SIGCONT);
    assert_int_equal(code, BW_E_DATABASE_AWAY);
    assert_true(took < 2 * BW_SECOND);
    bw_pg_free(pg);
}

static void a_killed_session_is_made_anew(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    int first = db_pid(pg);
    db_kill(*state, first);
    ok(bw_pg_ensure(pg, &err), &err); /* sees the end of the old one without asking */
    int second = db_pid(pg);
    assert_int_not_equal(first, second);
    db_kill(*state, second);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_MY_PID, BW_NO_PARAMS, NULL, &err), BW_E_DATABASE_AWAY);
    assert_true(bw_pg_unknown(pg));
    assert_false(bw_pg_connected(pg));
    assert_int_equal(bw_pg_query(pg, TEST_STMT_MY_PID, BW_NO_PARAMS, NULL, &err), BW_E_DATABASE_AWAY);
    ok(bw_pg_ensure(pg, &err), &err);
    bw_pg_free(pg);
}

/* Waits out the back-off: true when the session was tried again within a while. */
static bool tried_again(struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    bw_time until = bw_clock_mono() + 3 * BW_SECOND;
    do {
        bw_nap(5);
        assert_int_equal(bw_pg_ensure(pg, &err), BW_E_DATABASE_AWAY);
    } while (strstr(err.detail, "waiting before") && bw_clock_mono() < until);
    return strstr(err.detail, "/nonexistent");
}

static struct bw_pg *session_to_nobody(void)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = { .conninfo = "host=/nonexistent dbname=x user=y" };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    assert_int_equal(bw_pg_ensure(pg, &err), BW_E_DATABASE_AWAY);
    assert_int_equal(bw_pg_ensure(pg, &err), BW_E_DATABASE_AWAY);
    assert_non_null(strstr(err.detail, "waiting before the next attempt"));
    return pg;
}

static void nobody_there_means_back_off(void **state)
{
    (void)state;
    struct bw_pg *pg = session_to_nobody();
    assert_true(tried_again(pg));
    bw_pg_free(pg);
}

/* req: REL-03: readers come back with the writers, not up to two seconds later. */
static void a_session_that_connects_ends_the_back_off_of_others(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session_to_nobody();
    for (int k = 0; k < 4; k++) /* until the wait is most of a second */
        assert_true(tried_again(pg));
    assert_int_equal(bw_pg_ensure(pg, &err), BW_E_DATABASE_AWAY);
    assert_non_null(strstr(err.detail, "waiting before"));
    bw_pg_free(session(state));
    assert_int_equal(bw_pg_ensure(pg, &err), BW_E_DATABASE_AWAY);
    assert_non_null(strstr(err.detail, "/nonexistent"));
    bw_pg_free(pg);
}

static void a_statement_that_does_not_fit_stops_the_start(void **state)
{
    static const struct bw_stmt_row bad[] = {
        { "good", "SELECT 1::integer AS n", "", "n integer", BW_ROWS_ONE, BW_SET_QUERY },
        { "no_table", "SELECT x FROM no_such_table", "", "x text", BW_ROWS_MANY, BW_SET_FEED },
        { "other_type", "SELECT 1::bigint AS n", "", "n integer", BW_ROWS_ONE, BW_SET_WRITER },
        { "other_name", "SELECT 1::integer AS m", "", "n integer", BW_ROWS_ONE, BW_SET_DUTIES },
        { "more_columns", "SELECT 1::integer AS n, 2 AS m", "", "n integer", BW_ROWS_ONE, BW_SET_ADMIN },
    };
    static const struct bw_stmt_table table = { bad, BW_LEN(bad) };
    static const char *const said[] = { NULL, "no_table", "other_type", "other_name", "more_columns" };
    static const unsigned sets[] = { BW_SET_QUERY, BW_SET_FEED, BW_SET_WRITER, BW_SET_DUTIES, BW_SET_ADMIN };
    struct bwt_cluster *t = *state;
    for (size_t i = 0; i < BW_LEN(said); i++) {
        struct bw_error err = { 0 };
        struct bw_pg *pg = NULL;
        const struct bw_pg_options o = { .conninfo = t->app, .sets = sets[i], .stmts = &table };
        assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
        assert_int_equal(bw_pg_ensure(pg, &err), said[i] ? BW_E_DB : BW_OK);
        if (said[i])
            assert_non_null(strstr(err.detail, said[i]));
        bw_pg_free(pg);
    }
}

static void a_notify_wakes_the_listener(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *listener = session(state), *other = session(state);
    bool got = true;
    ok(bw_pg_query(listener, TEST_STMT_LISTEN_TEST, BW_NO_PARAMS, NULL, &err), &err);
    ok(bw_pg_wait_notify(listener, bw_clock_mono() + 30 * BW_MS, -1, &got, &err), &err);
    assert_false(got);
    ok(bw_pg_query(other, TEST_STMT_NOTIFY_TEST, BW_NO_PARAMS, NULL, &err), &err);
    ok(bw_pg_wait_notify(listener, bw_clock_mono() + 10 * BW_SECOND, -1, &got, &err), &err);
    assert_true(got);
    int wake[2];
    assert_int_equal(pipe(wake), 0);
    assert_int_equal(write(wake[1], "x", 1), 1);
    bw_time began = bw_clock_mono();
    ok(bw_pg_wait_notify(listener, began + 10 * BW_SECOND, wake[0], &got, &err), &err);
    assert_false(got);
    assert_true(bw_clock_mono() - began < 5 * BW_SECOND);
    db_kill(*state, db_pid(listener));
    assert_int_equal(bw_pg_wait_notify(listener, bw_clock_mono() + 10 * BW_SECOND, -1, &got, &err), BW_E_DATABASE_AWAY);
    close(wake[0]);
    close(wake[1]);
    bw_pg_free(listener);
    bw_pg_free(other);
}

static void the_clock_is_the_databases(void **state)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(state);
    bw_clock_set_offset(-77 * BW_SECOND);
    bw_pg_call_begin(pg);
    ok(bw_pg_clock(pg, BW_CLOCK_NOW, &err), &err);
    assert_true(llabs(bw_clock_offset()) < BW_SECOND); /* one machine: both clocks are the same */
    bw_clock_set_offset(-77 * BW_SECOND);
    ok(bw_pg_clock(pg, BW_CLOCK_DUE, &err), &err);
    assert_true(bw_clock_offset() == -77 * BW_SECOND); /* not again within ten seconds */
    bw_clock_set_offset(0);
    bw_pg_free(pg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_come_back_as_they_went),
        cmocka_unit_test(the_server_understands_times_and_dates),
        cmocka_unit_test(nulls_go_and_come),
        cmocka_unit_test(arrays_keep_order_and_nulls),
        cmocka_unit_test(unnest_takes_empty_and_long_arrays),
        cmocka_unit_test(declared_row_counts_are_checked),
        cmocka_unit_test(failures_fall_into_classes),
        cmocka_unit_test(limits_stand_on_the_server_too),
        cmocka_unit_test(a_session_takes_its_role),
        cmocka_unit_test(a_slow_statement_ends_by_our_deadline),
        cmocka_unit_test(a_frozen_server_ends_by_our_deadline),
        cmocka_unit_test(a_killed_session_is_made_anew),
        cmocka_unit_test(nobody_there_means_back_off),
        cmocka_unit_test(a_session_that_connects_ends_the_back_off_of_others),
        cmocka_unit_test(a_statement_that_does_not_fit_stops_the_start),
        cmocka_unit_test(a_notify_wakes_the_listener),
        cmocka_unit_test(the_clock_is_the_databases),
    };
    return cmocka_run_group_tests(tests, db_setup, db_teardown);
}
