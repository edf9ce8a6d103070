/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement of the program is prepared on the migrated schema, by the role that will run it, and described by the
 * server: its header says the truth about parameters and columns, or a session does not start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bw/storage/migrate.h"
#include "pg_int.h"
#include "throwaway.h"

static void prepares(const char *conninfo, const char *role, const char *schema, unsigned sets)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = { .conninfo = conninfo, .role = role, .schema = schema, .sets = sets };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    if (bw_pg_ensure(pg, &err) != BW_OK)
        fail_msg("sets %u: %s", sets, err.detail);
    bw_pg_free(pg);
}

static void every_set_fits_the_schema(void **state)
{
    const struct bwt_cluster *t = *state;
    static const unsigned serving[] = { BW_SET_WRITER, BW_SET_QUERY, BW_SET_FEED, BW_SET_DUTIES };
    static const unsigned owning[] = { BW_SET_ADMIN, BW_SET_OWNER, BW_SET_BOOT, BW_SET_MIGRATE };
    for (size_t i = 0; i < BW_LEN(serving); i++) {
        prepares(t->app, NULL, NULL, serving[i]);
        prepares(t->owner, "bagwatch_app", NULL, serving[i]); /* one URL for everything */
    }
    for (size_t i = 0; i < BW_LEN(owning); i++)
        prepares(t->owner, NULL, NULL, owning[i]);
    for (size_t i = 0; i < BW_LEN(serving); i++)
        prepares(t->app, NULL, BW_TEST_REALM, serving[i]); /* the same schema under another name */
    prepares(t->app, NULL, BW_TEST_REALM, BW_SET_REALM);
}

static void every_statement_is_in_a_set(void **state)
{
    (void)state;
    assert_true(bw_stmts.n > 0);
    for (unsigned i = 0; i < bw_stmts.n; i++) {
        assert_int_not_equal(bw_stmts.rows[i].sets, 0);
        assert_int_equal(bw_stmts.rows[i].sets & ~(unsigned)(BW_SET_ALL | BW_SET_BOOT | BW_SET_MIGRATE | BW_SET_REALM),
                         0);
    }
}

/* The plan of a prepared statement that is planned once, whatever its parameters: lines of EXPLAIN, joined. */
static void plan_of(struct bw_pg *pg, unsigned stmt, char *to, size_t max)
{
    const struct bw_stmt_row *row = bw_stmt_row_of(&pg->own, stmt);
    char sql[512];
    int n = snprintf(sql, sizeof sql, "EXPLAIN EXECUTE %s", row->name);
    for (unsigned k = 0; k < pg->own.in[stmt].n; k++)
        n += snprintf(sql + n, sizeof sql - (size_t)n, "%sNULL", k ? ", " : "(");
    (void)snprintf(sql + n, sizeof sql - (size_t)n, "%s", pg->own.in[stmt].n ? ")" : "");
    PGresult *res = PQexec(pg->c, sql);
    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQresultErrorMessage(res));
    size_t at = 0;
    for (int k = 0; k < PQntuples(res) && at < max; k++)
        at += (size_t)snprintf(to + at, max - at, "%s\n", PQgetvalue(res, k, 0));
    PQclear(res);
}

/* req: PERF-03.  A writer's statement that names its index goes through it row by row, also on tables that no
 * statistics speak of yet; anything else reads the whole bucket, and gets slower with every event. */
static void writers_read_by_the_index_they_name(void **state)
{
    const struct bwt_cluster *t = *state;
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = { .conninfo = t->app, .sets = BW_SET_WRITER | BW_SET_FEED, .by_keys = true };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    unsigned seen = 0;
    for (unsigned k = 0; k < bw_stmts.n; k++) {
        const char *named = strstr(bw_stmts.rows[k].sql, "index: ");
        char index[64], want[96], plan[16384] = "";
        if (!(bw_stmts.rows[k].sets & o.sets) || !named || sscanf(named, "index: %63s", index) != 1)
            continue;
        plan_of(pg, k, plan, sizeof plan);
        (void)snprintf(want, sizeof want, "using %s on", index);
        if (!strstr(plan, want) || strstr(plan, "Seq Scan") || strstr(plan, "Hash Join") || strstr(plan, "Merge Join"))
            fail_msg("%s:\n%s", bw_stmts.rows[k].name, plan);
        seen++;
    }
    assert_true(seen >= 10);
    bw_pg_free(pg);
}

static int setup(void **state)
{
    static struct bwt_cluster t;
    struct bw_error err = { 0 };
    bwt_cluster_start_migrated(&t);
    const struct bw_migrate_options test = { .conninfo = t.owner, .schema = BW_TEST_REALM };
    assert_int_equal(bw_migrate_up(&test, NULL, &err), BW_OK);
    *state = &t;
    return 0;
}

static int teardown(void **state)
{
    bwt_cluster_stop(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_fits_the_schema),
        cmocka_unit_test(every_statement_is_in_a_set),
        cmocka_unit_test(writers_read_by_the_index_they_name),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
