/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations on a real server: once each, whatever interrupts them; drift and the wrong program refused.  req: OPS-06
 */
#include "bw/storage/migrate.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "db.h"

#define SCRIPT(name, text)                                                                                             \
    {                                                                                                                  \
        name,                                                                                                          \
        {                                                                                                              \
            text, sizeof(text) - 1                                                                                     \
        }                                                                                                              \
    }

static const struct bw_script three[] = {
    SCRIPT("0001_first", "-- min-program: 1\nCREATE TABLE one (id integer);\nCOMMENT ON TABLE one IS 'x';\n"),
    SCRIPT("0002_second", "CREATE TABLE two (id integer);\nINSERT INTO two VALUES (1), (2);\n"),
    SCRIPT("0003_third", "-- expand\n-- min-program: 2\nALTER TABLE one ADD COLUMN word text;\n"),
};
static const struct bw_script slow[] = {
    SCRIPT("0001_first", "CREATE TABLE one (id integer);\n"),
    SCRIPT("0002_slow", "CREATE TABLE two (id integer); SELECT pg_sleep(3600);\n"),
};
static const struct bw_script mended[] = {
    SCRIPT("0001_first", "CREATE TABLE one (id integer);\n"),
    SCRIPT("0002_slow", "CREATE TABLE two (id integer);\n"),
};
static const struct bw_script broken[] = {
    SCRIPT("0001_first", "CREATE TABLE one (id integer);\n"),
    SCRIPT("0002_broken", "CREATE TABLE two (id integer);\nCREATE TABLE no_such_type (id nothing);\n"),
};
static const struct bw_script answers_a[] = {
    SCRIPT("answer",
           "CREATE OR REPLACE FUNCTION answer() RETURNS text LANGUAGE sql SET search_path FROM CURRENT AS $$ SELECT "
           "'a'::text $$;")
};
static const struct bw_script answers_b[] = {
    SCRIPT("answer",
           "DROP FUNCTION IF EXISTS answer(); CREATE FUNCTION answer() RETURNS integer LANGUAGE sql AS $$ SELECT 2 "
           "$$;")
};
static const struct bw_scripts no_scripts = { NULL, 0 };

/* A realm of its own for each test. */
static char realm[32];
static struct bw_migrate_options options(void **state, const struct bw_scripts *migrations)
{
    struct bwt_cluster *t = *state;
    return (struct bw_migrate_options){
        .conninfo = t->owner, .schema = realm, .migrations = migrations, .functions = &no_scripts
    };
}

static int new_realm(void **state)
{
    static int n;
    (void)state;
    snprintf(realm, sizeof(realm), "realm%d", ++n);
    return 0;
}

static bool there(void **state, const char *table)
{
    struct bwt_cluster *t = *state;
    char name[96];
    struct bw_error err = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_pg *pg = db_session(t->owner, BW_SET_QUERY);
    snprintf(name, sizeof(name), "%s.%s", realm, table);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_TABLE_THERE, BW_PARAMS(bw_p_c(name)), &rows, &err), BW_OK);
    bool is = bw_rows_bool(&rows, 0, "there");
    bw_pg_free(pg);
    return is;
}

static void ok(bw_code code, const struct bw_error *err)
{
    if (code != BW_OK)
        fail_msg("%s: %s", bw_code_info(code)->name, err->detail);
}

static void all_are_applied_once(void **state)
{
    struct bw_error err = { 0 };
    static struct bw_migrate_status st;
    const struct bw_scripts first_two = { three, 2 }, all = { three, 3 };
    struct bw_migrate_options o = options(state, &first_two);
    ok(bw_migrate_status(&o, &st, &err), &err); /* on nothing at all */
    assert_int_equal(st.pending, 2);
    assert_int_equal(st.database, 0);
    assert_false(there(state, "schema_migration"));
    assert_int_equal(bw_migrate_check(&o, &err), BW_E_CONFIG);
    ok(bw_migrate_up(&o, &st, &err), &err);
    assert_int_equal(st.pending, 0);
    assert_int_equal(st.database, 2);
    assert_int_equal(st.lines[0].state, BW_MIGRATION_APPLIED);
    assert_true(st.lines[0].applied_at > 0);
    ok(bw_migrate_up(&o, &st, &err), &err); /* again: nothing to do */
    ok(bw_migrate_check(&o, &err), &err);
    o.migrations = &all;
    ok(bw_migrate_status(&o, &st, &err), &err);
    assert_int_equal(st.pending, 1);
    assert_int_equal(st.lines[2].state, BW_MIGRATION_PENDING);
    assert_int_equal(st.lines[2].min_program, 2);
    assert_int_equal(bw_migrate_check(&o, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "pending"));
    ok(bw_migrate_up(&o, &st, &err), &err);
    assert_int_equal(st.database, 3);
    assert_int_equal(st.program, 3);
}

static void a_changed_text_is_refused(void **state)
{
    struct bw_error err = { 0 };
    const struct bw_scripts all = { three, 3 };
    struct bw_script changed[3];
    memcpy(changed, three, sizeof(changed));
    changed[1].sql = BW_STR("CREATE TABLE two (id bigint);\n");
    const struct bw_scripts other = { changed, 3 };
    static struct bw_migrate_status st;
    struct bw_migrate_options o = options(state, &all);
    ok(bw_migrate_up(&o, NULL, &err), &err);
    o.migrations = &other;
    assert_int_equal(bw_migrate_up(&o, NULL, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "0002_second"));
    assert_int_equal(bw_migrate_check(&o, &err), BW_E_CONFIG);
    ok(bw_migrate_status(&o, &st, &err), &err); /* looking is allowed */
    assert_int_equal(st.lines[1].state, BW_MIGRATION_DRIFTED);
}

/* 0003 says that programs of schema number 2 and above may still run. */
static void older_programs_run_or_are_refused_as_migrations_say(void **state)
{
    struct bw_error err = { 0 };
    const struct bw_scripts one = { three, 1 }, two = { three, 2 }, all = { three, 3 };
    static struct bw_migrate_status st;
    struct bw_migrate_options o = options(state, &all);
    ok(bw_migrate_up(&o, NULL, &err), &err);
    o.migrations = &two;
    ok(bw_migrate_check(&o, &err), &err);
    ok(bw_migrate_up(&o, &st, &err), &err);
    assert_int_equal(st.lines[2].state, BW_MIGRATION_NEWER);
    assert_string_equal(st.lines[2].name, "0003_third");
    o.migrations = &one;
    assert_int_equal(bw_migrate_check(&o, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "needs a newer program"));
    assert_int_equal(bw_migrate_up(&o, NULL, &err), BW_E_CONFIG);
}

static void functions_are_made_anew_but_not_by_older_programs(void **state)
{
    struct bw_error err = { 0 };
    struct bwt_cluster *t = *state;
    const struct bw_scripts one = { three, 1 }, two = { three, 2 }, a = { answers_a, 1 }, b = { answers_b, 1 };
    char call[128];
    struct bw_migrate_options o = options(state, &one);
    o.functions = &a;
    ok(bw_migrate_up(&o, NULL, &err), &err);
    o.functions = &b; /* another return type: CREATE OR REPLACE alone would fail */
    ok(bw_migrate_up(&o, NULL, &err), &err);
    snprintf(call, sizeof(call), "SELECT 1 / (%s.answer() - 1)", realm);
    db_script(t->owner, call);
    o.migrations = &two;
    ok(bw_migrate_up(&o, NULL, &err), &err);
    o.migrations = &one;
    o.functions = &a;
    ok(bw_migrate_up(&o, NULL, &err), &err);
    db_script(t->owner, call); /* the newer function stands */
}

static void a_failing_migration_leaves_nothing_of_itself(void **state)
{
    struct bw_error err = { 0 };
    static struct bw_migrate_status st;
    const struct bw_scripts bad = { broken, 2 };
    struct bw_migrate_options o = options(state, &bad);
    assert_int_equal(bw_migrate_up(&o, NULL, &err), BW_E_DB);
    assert_non_null(strstr(err.detail, "0002_broken"));
    assert_true(there(state, "one"));
    assert_false(there(state, "two"));
    ok(bw_migrate_status(&o, &st, &err), &err);
    assert_int_equal(st.database, 1);
    assert_int_equal(st.pending, 1);
}

/* kill -9 of the migrator in the middle of a step; the rerun completes. */
static void an_interrupted_migration_is_completed_by_the_next(void **state)
{
    struct bwt_cluster *t = *state;
    struct bw_error err = { 0 };
    static struct bw_migrate_status st;
    const struct bw_scripts stuck = { slow, 2 }, good = { mended, 2 };
    pid_t pid = fork();
    if (pid == 0) {
        struct bw_migrate_options o = options(state, &stuck);
        (void)!bw_migrate_up(&o, NULL, NULL);
        _exit(0);
    }
    struct bw_pg *pg = db_session(t->super, BW_SET_QUERY);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_time until = bw_clock_mono() + 20 * BW_SECOND;
    bool sleeping = false;
    while (!sleeping && bw_clock_mono() < until) {
        assert_int_equal(bw_pg_query(pg, TEST_STMT_SLEEPER_COUNT, BW_PARAMS(bw_p_c("migrate")), &rows, &err), BW_OK);
        sleeping = bw_rows_i64(&rows, 0, "n") == 1;
        bw_nap(2);
    }
    assert_true(sleeping);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    bw_pg_free(pg);
    struct bw_migrate_options o = options(state, &good);
    ok(bw_migrate_up(&o, &st, &err), &err); /* waits until the server has noticed that the other is gone */
    assert_int_equal(st.database, 2);
    assert_true(there(state, "two"));
}

static const struct bw_migrate_options *shared;
static void *migrate_too(void *arg)
{
    bw_code *code = arg;
    *code = bw_migrate_up(shared, NULL, NULL);
    return NULL;
}

static void two_at_once_come_to_the_same_end(void **state)
{
    enum { N = 4 };
    struct bw_error err = { 0 };
    static struct bw_migrate_status st;
    const struct bw_scripts all = { three, 3 };
    const struct bw_migrate_options o = options(state, &all);
    pthread_t threads[N];
    bw_code codes[N];
    shared = &o;
    for (size_t i = 0; i < N; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, migrate_too, &codes[i]), 0);
    for (size_t i = 0; i < N; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(codes[i], BW_OK);
    ok(bw_migrate_status(&o, &st, &err), &err);
    assert_int_equal(st.database, 3);
}

static void a_missing_extension_is_named(void **state)
{
    struct bw_error err = { 0 };
    const struct bw_scripts all = { three, 3 };
    struct bw_migrate_options o = options(state, &all);
    o.extensions = (const char *const[]){ "pg_trgm", "bagwatch_no_such", NULL };
    assert_int_equal(bw_migrate_up(&o, NULL, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, " bagwatch_no_such"));
    assert_null(strstr(err.detail, "pg_trgm"));
    assert_false(there(state, "schema_migration"));
}

static void the_serving_role_cannot_migrate_but_can_check(void **state)
{
    struct bwt_cluster *t = *state;
    struct bw_error err = { 0 };
    const struct bw_scripts one = { three, 1 };
    struct bw_migrate_options o = options(state, &one);
    ok(bw_migrate_up(&o, NULL, &err), &err);
    o.conninfo = t->app;
    ok(bw_migrate_check(&o, &err), &err);
    assert_int_equal(bw_migrate_up(&o, NULL, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "may not create"));
}

static void the_programs_own_schema_goes_through_twice(void **state)
{
    struct bwt_cluster *t = *state;
    struct bw_error err = { 0 };
    static struct bw_migrate_status st;
    const struct bw_migrate_options live = { .conninfo = t->owner };
    const struct bw_migrate_options test = { .conninfo = t->owner, .schema = "bagwatch_test" };
    ok(bw_migrate_up(&live, &st, &err), &err);
    ok(bw_migrate_up(&test, NULL, &err), &err); /* the test realm: the same in a schema beside it (design.md 7) */
    ok(bw_migrate_up(&live, &st, &err), &err);
    assert_int_equal(st.program, bw_schema_number(&bw_sql_migrations));
    assert_int_equal(st.database, st.program);
}

static int setup(void **state)
{
    static struct bwt_cluster t;
    bwt_cluster_start(&t);
    *state = &t;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_are_applied_once, new_realm),
        cmocka_unit_test_setup(a_changed_text_is_refused, new_realm),
        cmocka_unit_test_setup(older_programs_run_or_are_refused_as_migrations_say, new_realm),
        cmocka_unit_test_setup(functions_are_made_anew_but_not_by_older_programs, new_realm),
        cmocka_unit_test_setup(a_failing_migration_leaves_nothing_of_itself, new_realm),
        cmocka_unit_test_setup(an_interrupted_migration_is_completed_by_the_next, new_realm),
        cmocka_unit_test_setup(two_at_once_come_to_the_same_end, new_realm),
        cmocka_unit_test_setup(a_missing_extension_is_named, new_realm),
        cmocka_unit_test_setup(the_serving_role_cannot_migrate_but_can_check, new_realm),
        cmocka_unit_test_setup(the_programs_own_schema_goes_through_twice, new_realm),
    };
    return cmocka_run_group_tests(tests, setup, db_teardown);
}
