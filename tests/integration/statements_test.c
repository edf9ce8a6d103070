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

/* The next name behind `index:` in a statement's header; false behind the last. */
static bool next_index(const char **at, char to[64])
{
    int n = 0;
    if (sscanf(*at, " %63[a-z0-9_]%n", to, &n) != 1 || strcmp(to, "none") == 0)
        return false;
    *at += n;
    *at += **at == ',';
    return true;
}

static const char *indexes_of(unsigned stmt)
{
    const char *named = strstr(bw_stmts.rows[stmt].sql, "index: ");
    return named ? named + strlen("index: ") : "";
}

static bool goes_through(const char *plan, const char *index)
{
    char scan[96], arbiter[96];
    (void)snprintf(scan, sizeof scan, "using %s on", index);
    (void)snprintf(arbiter, sizeof arbiter, "Arbiter Indexes: %s\n", index);
    return strstr(plan, scan) || strstr(plan, arbiter);
}

/* Rows are read by functions of the database: no plan shows how. */
static bool calls_function(unsigned stmt)
{
    return strstr(bw_stmts.rows[stmt].sql, "bw_") != NULL;
}

/* Tables that stay small are read whole: by hands, stations and days there, not by events. */
static bool reads_whole(const char *plan)
{
    static const char *const small[] = { "api_key", "pulse " };
    for (const char *at = plan; (at = strstr(at, "Seq Scan on ")) != NULL;) {
        at += strlen("Seq Scan on ");
        bool known = false;
        for (size_t k = 0; k < BW_LEN(small); k++)
            known = known || strncmp(at, small[k], strlen(small[k])) == 0;
        if (!known)
            return true;
    }
    return strstr(plan, "Hash Join") || strstr(plan, "Merge Join") || strstr(plan, "Materialize");
}

/* Every statement of the sets that names its indexes goes through them, as a session that reads by keys plans it. */
static unsigned read_by_index(const struct bwt_cluster *t, unsigned sets)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = { .conninfo = t->app, .sets = sets, .by_keys = true };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    unsigned seen = 0;
    for (unsigned k = 0; k < bw_stmts.n; k++) {
        char index[64], plan[16384] = "";
        const char *at = indexes_of(k);
        if (!(bw_stmts.rows[k].sets & sets) || !*at || calls_function(k))
            continue;
        plan_of(pg, k, plan, sizeof plan);
        for (; next_index(&at, index); seen++)
            if (!goes_through(plan, index) || reads_whole(plan))
                fail_msg("%s, %s:\n%s", bw_stmts.rows[k].name, index, plan);
    }
    bw_pg_free(pg);
    return seen;
}

/* req: PERF-03.  Also on tables that no statistics speak of yet; anything else reads the whole bucket, and gets slower
 * with every event. */
static void writers_read_by_the_indexes_they_name(void **state)
{
    assert_true(read_by_index(*state, BW_SET_WRITER | BW_SET_FEED) >= 10);
}

/* As many rows as a small airport has in a day, and statistics of them. */
static void fill(const struct bwt_cluster *t)
{
    static const char *const sql[] = {
        "SET search_path = bagwatch, public",
        "INSERT INTO journal (n, recorded_at, instance, leaves, seq, first_index, stamped_at)"
        " SELECT 5, at, 'x', decode(repeat('00', 160), 'hex'), k, k * 5, at"
        " FROM generate_series(1, 4000) k, LATERAL (SELECT '2026-01-01'::timestamptz + k * interval '1 minute' AS at) "
        "a",
        "CREATE TEMP TABLE one AS SELECT k, (k % 256)::smallint AS bucket, gen_random_uuid() AS id,"
        " '2026-01-01'::timestamptz + k * interval '12 s' AS at FROM generate_series(1, 20000) k",
        "INSERT INTO bag (bucket, bag_id, version, made_at, recorded_at, place, custody, case_state, watched, "
        "timeout_at,"
        " members, events, fold, case_id)"
        " SELECT bucket, id, 1, at, at, 'AT', 'held', 'none', false, at + interval '1 year', '{}', 1, "
        "decode(repeat('00', 300), 'hex'),"
        " CASE WHEN k % 50 = 0 THEN gen_random_uuid() END FROM one",
        "INSERT INTO event (bucket, bag_id, version, subject, uid, journal_id, ordinal, code, sender, event_id, ident, "
        "carrier,"
        " source, order_at, rank, time_kind, time_type, skew_us, recorded_at, outcome, flags, answer, leaf, data, "
        "raw_id)"
        " SELECT bucket, id, 1, 'bag', gen_random_uuid(), k / 5, k % 5, CASE WHEN k % 100 = 0 THEN 'PROMISE_MISSED' "
        "ELSE 'BAG_SEEN' END,"
        " 'BA', k::text, 'plate:' || k, 'BA', 'json', at, 1, 'scan', 'actual', 0, at, 'accepted', '{}', repeat('a', "
        "200),"
        " decode(repeat('00', 32), 'hex'), CASE WHEN k % 100 = 0 THEN '{\"promise_id\":\"' || gen_random_uuid() || "
        "'\",\"level\":1}' END, CASE WHEN k % 2 = 0 THEN gen_random_uuid() END"
        " FROM one",
        "INSERT INTO promise (bucket, bag_id, promise_id, subject, kind, owed, debtor, creditor, station, basis, "
        "policy, opened_at,"
        " due_at, yardstick_at, opened_version, opened_journal, opened_ordinal, offset_min, unconfirmed, level, "
        "next_level_at,"
        " closed_at, closed_why)"
        " SELECT bucket, id, gen_random_uuid(), 'bag', 'place', 'x', 'C' || k % 50, 'customer', 'S' || k % 300, 'x', "
        "'x', at,"
        " at + interval '4 h', at, 1, 1, 1, 0, false, 0, CASE WHEN k % 10 = 0 THEN at + interval '4 h' END,"
        " CASE WHEN k % 10 > 0 THEN at END, CASE WHEN k % 10 > 0 THEN 'met' END FROM one",
        "INSERT INTO alias (bucket, kind, value, number, valid, twin, bag_bucket, bag_id)"
        " SELECT bucket, 'plate', k::text, 0, daterange('2026-01-01', '2026-02-01'), 0, bucket, id FROM one",
        "ANALYZE journal, bag, event, promise, alias",
    };
    PGconn *c = PQconnectdb(t->owner);
    for (size_t k = 0; k < BW_LEN(sql); k++) {
        PGresult *res = PQexec(c, sql[k]);
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            fail_msg("%s\n%s", sql[k], PQresultErrorMessage(res));
        PQclear(res);
    }
    PQfinish(c);
}

/* req: PERF-03.  What looks round every second for something that is due finds it by its index, or that nothing is. */
static void duties_read_by_the_indexes_they_name(void **state)
{
    fill(*state);
    assert_true(read_by_index(*state, BW_SET_DUTIES) >= 50);
}

/* req: PERF-03.  An index that a header names is there. */
static void every_named_index_exists(void **state)
{
    const struct bwt_cluster *t = *state;
    PGconn *c = PQconnectdb(t->owner);
    char index[64];
    unsigned seen = 0;
    assert_int_equal(PQstatus(c), CONNECTION_OK);
    for (unsigned k = 0; k < bw_stmts.n; k++) {
        const char *at = indexes_of(k);
        for (; next_index(&at, index); seen++) {
            const char *const values[] = { index };
            PGresult *res = PQexecParams(c, "SELECT FROM pg_indexes WHERE schemaname = 'bagwatch' AND indexname = $1",
                                         1, NULL, values, NULL, NULL, 0);
            if (PQntuples(res) != 1)
                fail_msg("%s names %s", bw_stmts.rows[k].name, index);
            PQclear(res);
        }
    }
    assert_true(seen >= 150);
    PQfinish(c);
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
        cmocka_unit_test(writers_read_by_the_indexes_they_name),
        cmocka_unit_test(duties_read_by_the_indexes_they_name),
        cmocka_unit_test(every_named_index_exists),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
