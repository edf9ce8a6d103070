/* SPDX-License-Identifier: Apache-2.0 */
/* arena_test.c - bump memory: zeroed, aligned, apart from each other, never above the maximum. */
#include "bw/base/arena.h"

#include <stdalign.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct bw_arena a;
    unsigned char *pieces[300];
    bw_arena_init(&a, 1 << 20);
    for (int round = 0; round < 2; round++) {
        for (size_t n = 0; n < BW_LEN(pieces); n++) {
            pieces[n] = bw_arena_alloc(&a, n);
            assert_non_null(pieces[n]);
            assert_int_equal((uintptr_t)pieces[n] % alignof(max_align_t), 0);
            for (size_t at = 0; at < n; at++)
                assert_int_equal(pieces[n][at], 0);
            memset(pieces[n], (int)(n & 0xFF), n);
        }
        for (size_t n = 0; n < BW_LEN(pieces); n++)
            for (size_t at = 0; at < n; at++)
                assert_int_equal(pieces[n][at], n & 0xFF);
        bw_arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    bw_arena_done(&a);
    bw_arena_done(&a);
}

static void maximum_holds(void **state)
{
    (void)state;
    struct bw_arena a;
    bw_arena_init(&a, 1000000);
    assert_null(bw_arena_alloc(&a, 1000001));
    assert_null(bw_arena_alloc(&a, SIZE_MAX));
    assert_null(bw_arena_array(&a, SIZE_MAX / 2, 4));
    assert_non_null(bw_arena_alloc(&a, 999984));
    assert_non_null(bw_arena_alloc(&a, 1));
    assert_null(bw_arena_alloc(&a, 1));
    assert_null(bw_arena_alloc(&a, 0));
    assert_null(bw_arena_str(&a, BW_STR("x")).p);
    assert_null(bw_arena_printf(&a, "x"));
    bw_arena_reset(&a);
    assert_non_null(bw_arena_alloc(&a, 1000000));
    bw_arena_done(&a);
}

static void reset_keeps_no_huge_block(void **state)
{
    (void)state;
    struct bw_arena a;
    bw_arena_init(&a, 10000000);
    assert_non_null(bw_arena_alloc(&a, 5000000));
    bw_arena_reset(&a);
    assert_null(a.head);
    assert_non_null(bw_arena_alloc(&a, 10));
    assert_non_null(bw_arena_alloc(&a, 5000000));
    bw_arena_reset(&a);
    assert_non_null(a.head);
    void *kept = a.head;
    assert_non_null(bw_arena_alloc(&a, 10));
    assert_ptr_equal(a.head, kept);
    bw_arena_done(&a);
}

static void makes_strings(void **state)
{
    (void)state;
    struct bw_arena a;
    bw_arena_init(&a, 10000);
    struct bw_str copy = bw_arena_str(&a, bw_str_n("plate-", 5));
    assert_string_equal(copy.p, "plate");
    assert_int_equal(copy.n, 5);
    assert_string_equal(bw_arena_str(&a, BW_STR_NONE).p, "");
    assert_string_equal(bw_arena_printf(&a, "%s-%05d", "SK", 42), "SK-00042");
    int64_t *numbers = BW_NEW_ARRAY(&a, int64_t, 3);
    assert_true(numbers && numbers[2] == 0);
    assert_non_null(BW_NEW(&a, struct bw_str));
    bw_arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(maximum_holds),
        cmocka_unit_test(reset_keeps_no_huge_block),
        cmocka_unit_test(makes_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
