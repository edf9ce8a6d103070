/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement of the program is prepared on the migrated schema, by the role that will run it, and described by the
 * server: its header says the truth about parameters and columns, or a session does not start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
}

static void every_statement_is_in_a_set(void **state)
{
    (void)state;
    assert_true(bw_stmts.n > 0);
    for (unsigned i = 0; i < bw_stmts.n; i++) {
        assert_int_not_equal(bw_stmts.rows[i].sets, 0);
        assert_int_equal(bw_stmts.rows[i].sets & ~(unsigned)(BW_SET_ALL | BW_SET_BOOT | BW_SET_MIGRATE), 0);
    }
}

static int setup(void **state)
{
    static struct bwt_cluster t;
    bwt_cluster_start_migrated(&t);
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
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
