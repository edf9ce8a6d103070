/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that are kept until their batch has its number: taken once, by their journal's id, and bounded. */
#include "feed_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void put(struct bw_feed_kept *k, int64_t id, const char *text, size_t times)
{
    struct bw_buf lines;
    bw_buf_init(&lines, 64u << 20);
    for (size_t n = 0; n < times; n++)
        bw_buf_c(&lines, text);
    assert_true(bw_buf_ok(&lines));
    bw_feed_kept_put(k, id, &lines);
    assert_int_equal(lines.n, 0); /* its bytes are gone: done() again does no harm */
    bw_buf_done(&lines);
}

static void each_is_taken_once_by_its_id(void **state)
{
    (void)state;
    struct bw_feed_kept *k = bw_feed_kept_new();
    struct bw_buf got;
    put(k, 7, "seven", 1);
    put(k, 9, "nine", 1);
    put(k, 8, "eight", 1); /* of two writers the later number may be committed first */
    assert_true(bw_feed_kept_take(k, 8, &got));
    assert_string_equal(bw_buf_cstr(&got), "eight");
    bw_buf_done(&got);
    assert_false(bw_feed_kept_take(k, 8, &got));
    put(k, 10, "ten", 1); /* the list still has an end to put at */
    assert_true(bw_feed_kept_take(k, 10, &got));
    bw_buf_done(&got);
    assert_true(bw_feed_kept_take(k, 7, &got));
    bw_buf_done(&got);
    assert_true(bw_feed_kept_take(k, 9, &got));
    bw_buf_done(&got);
    put(k, 12, "before the realm was wiped", 1);
    put(k, 12, "after", 1);
    assert_true(bw_feed_kept_take(k, 12, &got));
    assert_string_equal(bw_buf_cstr(&got), "after");
    bw_buf_done(&got);
    assert_false(bw_feed_kept_take(k, 12, &got));
    put(k, 11, "", 0); /* a batch of which nothing is to be shown is known too */
    assert_true(bw_feed_kept_take(k, 11, &got));
    assert_int_equal(got.n, 0);
    bw_buf_done(&got);
    bw_feed_kept_free(k);
}

static void what_nobody_takes_does_not_pile_up(void **state)
{
    (void)state;
    struct bw_feed_kept *k = bw_feed_kept_new();
    struct bw_buf got;
    for (int64_t id = 1; id <= 5; id++)
        put(k, id, "0123456789abcdef", (3u << 20) / 16);
    assert_false(bw_feed_kept_take(k, 2, &got)); /* 8 MiB are kept, the newest */
    assert_true(bw_feed_kept_take(k, 5, &got));
    bw_buf_done(&got);
    bw_feed_kept_free(k); /* with the rest */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_taken_once_by_its_id),
        cmocka_unit_test(what_nobody_takes_does_not_pile_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
