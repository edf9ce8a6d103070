/* SPDX-License-Identifier: Apache-2.0 */
/* language_test.c - what a long Accept-Language costs.  Which language it chooses is tested with the pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "pages_int.h"

/* A loop serves everybody: once each of 3,000 ranges was weighed by all of them, a quarter of a second a page. */
static void thousands_of_ranges_cost_no_more_than_they_are_long(void **state)
{
    static char ranges[9100];
    struct bw_pages *pages;
    struct bw_error err = { 0 };
    struct bw_request rq = { .n_headers = 1 };
    (void)state;
    assert_int_equal(bw_pages_new(NULL, &pages, &err), BW_OK);
    snprintf(ranges, sizeof ranges, "es;q=0.9%09000d", 0);
    for (char *c = strstr(ranges, "00"); *c == '0'; c += 3)
        memcpy(c, ",fr", 3);
    rq.headers = &(struct bw_pair){ BW_STR("Accept-Language"), bw_str_c(ranges) };
    clock_t before = clock();
    for (int k = 0; k < 20; k++)
        assert_string_equal(bw_pages_language(pages, &rq)->language, "fr");
    assert_true((clock() - before) / (CLOCKS_PER_SEC / 1000) < 1000);
    bw_pages_free(pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(thousands_of_ranges_cost_no_more_than_they_are_long) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
