/* SPDX-License-Identifier: Apache-2.0 */
/* buf_test.c - growing bytes: the maximum is exact, failure sticks, ownership moves once. */
#include "bw/base/buf.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void grows_and_shows(void **state)
{
    (void)state;
    struct bw_buf b;
    bw_buf_init(&b, 100000);
    assert_null(b.p);
    for (int line = 0; line < 5000; line++)
        bw_buf_printf(&b, "%04d\n", line);
    assert_true(bw_buf_ok(&b));
    assert_int_equal(b.n, 25000);
    assert_true(bw_str_ends(bw_buf_view(&b), BW_STR("4998\n4999\n")));
    bw_buf_clear(&b);
    bw_buf_c(&b, "a");
    bw_buf_ch(&b, '\0');
    bw_buf_str(&b, BW_STR("c"));
    bw_buf_add(&b, NULL, 0);
    assert_true(bw_str_eq(bw_buf_view(&b), BW_STR("a\0c")));
    bw_buf_done(&b);
    bw_buf_done(&b);
    assert_null(b.p);
}

static void maximum_is_exact_and_failure_sticks(void **state)
{
    (void)state;
    struct bw_buf b;
    bw_buf_init(&b, 4);
    bw_buf_c(&b, "abcd");
    assert_true(bw_buf_ok(&b));
    assert_string_equal(bw_buf_cstr(&b), "abcd");
    bw_buf_c(&b, "");
    assert_true(bw_buf_ok(&b));
    bw_buf_ch(&b, 'e');
    assert_false(bw_buf_ok(&b));
    bw_buf_consume(&b, 4);
    bw_buf_ch(&b, 'f');
    assert_int_equal(b.n, 0);
    assert_null(bw_buf_cstr(&b));
    assert_null(bw_buf_room(&b, 1));
    bw_buf_clear(&b);
    bw_buf_printf(&b, "%s", "wxyz");
    assert_string_equal(bw_buf_cstr(&b), "wxyz");
    bw_buf_clear(&b);
    bw_buf_printf(&b, "%s", "vwxyz");
    assert_false(bw_buf_ok(&b));
    bw_buf_done(&b);
}

static void a_zeroed_buffer_holds_nothing(void **state)
{
    (void)state;
    struct bw_buf b = { 0 };
    assert_string_equal(bw_buf_cstr(&b), "");
    bw_buf_ch(&b, 'x');
    assert_false(bw_buf_ok(&b));
    bw_buf_done(&b);
}

static void room_and_consume(void **state)
{
    (void)state;
    struct bw_buf b;
    bw_buf_init(&b, 1000);
    char *room = bw_buf_room(&b, 1000);
    assert_non_null(room);
    memset(room, 'r', 1000);
    bw_buf_grew(&b, 600);
    bw_buf_grew(&b, 0);
    bw_buf_consume(&b, 599);
    bw_buf_consume(&b, 0);
    bw_buf_c(&b, "!");
    assert_true(bw_str_eq_c(bw_buf_view(&b), "r!"));
    assert_null(bw_buf_room(&b, SIZE_MAX));
    assert_false(bw_buf_ok(&b));
    bw_buf_done(&b);
}

static void steals_once(void **state)
{
    (void)state;
    struct bw_buf b;
    size_t n;
    bw_buf_init(&b, 10);
    bw_buf_c(&b, "mine");
    char *mine = bw_buf_steal(&b, &n);
    assert_string_equal(mine, "mine");
    assert_int_equal(n, 4);
    free(mine);
    assert_int_equal(b.n, 0);
    bw_buf_c(&b, "far too long for it");
    assert_null(bw_buf_steal(&b, &n));
    assert_int_equal(n, 0);
    assert_true(bw_buf_ok(&b));
    char *empty = bw_buf_steal(&b, NULL);
    assert_string_equal(empty, "");
    free(empty);
    bw_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_shows),
        cmocka_unit_test(maximum_is_exact_and_failure_sticks),
        cmocka_unit_test(a_zeroed_buffer_holds_nothing),
        cmocka_unit_test(room_and_consume),
        cmocka_unit_test(steals_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
