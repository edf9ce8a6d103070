/* SPDX-License-Identifier: Apache-2.0 */
/* csv_test.c - lines of the seed files: plain and quoted fields, and what is no CSV. */
#include "bw/app/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static size_t cut(const char *line, struct bw_str to[4])
{
    static char copy[128];
    snprintf(copy, sizeof(copy), "%s", line);
    return bw_csv_cut(copy, to, 4);
}

static void fields_are_cut_at_commas(void **state)
{
    struct bw_str f[4];
    (void)state;
    assert_int_equal(cut("BA,125,British Airways", f), 3);
    assert_true(bw_str_eq_c(f[0], "BA") && bw_str_eq_c(f[1], "125") && bw_str_eq_c(f[2], "British Airways"));
    assert_int_equal(cut("a,,", f), 3);
    assert_true(f[1].n == 0 && f[2].n == 0);
}

static void quoted_fields_hold_commas_and_quotes(void **state)
{
    struct bw_str f[4];
    (void)state;
    assert_int_equal(cut("BNN,\"Bronnoysund, \"\"B\"\"\",NO", f), 3);
    assert_true(bw_str_eq_c(f[1], "Bronnoysund, \"B\""));
    assert_true(bw_str_eq_c(f[2], "NO"));
    assert_int_equal(cut("x,\"\"", f), 2);
    assert_int_equal(f[1].n, 0);
}

static void what_is_no_csv_is_refused(void **state)
{
    struct bw_str f[4];
    (void)state;
    assert_int_equal(cut("a,\"open", f), 0);
    assert_int_equal(cut("a,\"b\"c,d", f), 0);
    assert_int_equal(cut("a,b\"c", f), 0);
    assert_int_equal(cut("1,2,3,4,5", f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_cut_at_commas),
        cmocka_unit_test(quoted_fields_hold_commas_and_quotes),
        cmocka_unit_test(what_is_no_csv_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
