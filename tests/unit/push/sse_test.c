/* SPDX-License-Identifier: Apache-2.0 */
/* sse_test.c - event-stream framing and cursors, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sse.h"

static void check(struct bw_buf *b, const char *want)
{
    assert_string_equal(bw_buf_cstr(b), want);
    bw_buf_clear(b);
}

/* req: STR-02 */
static void test_frames(void **state)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_cursor id = { 7, 123456789012 };
    (void)state;
    bw_buf_init(&b, 4096);
    bw_sse_event(&b, "bag", &id, BW_STR("{\"v\":1}"));
    check(&b, "id: 7-123456789012\nevent: bag\ndata: {\"v\":1}\n\n");
    bw_sse_event(&b, NULL, NULL, BW_STR("a\nb\n"));
    check(&b, "data: a\ndata: b\ndata: \n\n");
    bw_sse_comment(&b, BW_STR("hb 2026-11-20T20:34:00Z"));
    check(&b, ": hb 2026-11-20T20:34:00Z\n\n");
    bw_sse_retry(&b, 3000);
    check(&b, "retry: 3000\n\n");
}

static void test_cursors(void **state)
{
    static const char *const bad[] = {
        "",    "1",    "1-",           "-1",   "0-5",  "1-2-3", "a-1",
        "1-a", "1--1", "4294967296-1", " 1-2", "1-2 ", "+1-2",  "1-18446744073709551615"
    };
    char text[BW_CURSOR_TEXT];
    struct bw_cursor c = { 9, 9 };
    (void)state;
    for (size_t k = 0; k < BW_LEN(bad); k++)
        assert_false(bw_cursor_parse(bw_str_c(bad[k]), &c));
    assert_int_equal(c.epoch, 9);
    assert_true(bw_cursor_parse(BW_STR("4294967295-9223372036854775807"), &c));
    assert_string_equal(bw_cursor_text(c, text), "4294967295-9223372036854775807");
    assert_true(bw_cursor_parse(BW_STR("1-0"), &c));
    assert_int_equal(c.index, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_frames), cmocka_unit_test(test_cursors) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
