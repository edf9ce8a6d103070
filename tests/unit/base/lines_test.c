/* SPDX-License-Identifier: Apache-2.0 */
/* lines_test.c - the same lines wherever the text is cut into pieces; the longest line is exact; what is longer is told
 * once and not kept.  req: ING-06 */
#include "bw/base/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LONGEST 8

/* What came, as text: "=line;" for a line, "!;" for one too long, "?line;" for one without an end. */
static void feed(struct bw_lines *l, struct bw_str piece, struct bw_buf *to)
{
    struct bw_str line;
    while (piece.n > 0) {
        enum bw_line kind = bw_lines_next(l, &piece, &line);
        if (kind == BW_LINE_WHOLE)
            bw_buf_printf(to, "=%.*s;", BW_FMT(line));
        else if (kind == BW_LINE_OVERLONG)
            bw_buf_c(to, "!;");
        else
            assert_int_equal(kind, BW_LINE_NONE);
        assert_true(l->carry.n <= LONGEST);
    }
}

static void finish(struct bw_lines *l, struct bw_buf *to)
{
    struct bw_str line;
    enum bw_line kind = bw_lines_end(l, &line);
    if (kind == BW_LINE_OPEN)
        bw_buf_printf(to, "?%.*s;", BW_FMT(line));
    else if (kind == BW_LINE_OVERLONG)
        bw_buf_c(to, "!;");
    else
        assert_int_equal(kind, BW_LINE_NONE);
    assert_int_equal(bw_lines_end(l, &line), BW_LINE_NONE);
}

static void in_three(struct bw_str text, size_t a, size_t b, const char *want)
{
    struct bw_lines l;
    struct bw_buf got;
    bw_lines_init(&l, LONGEST);
    bw_buf_init(&got, 4096);
    feed(&l, bw_str_take(text, a), &got);
    feed(&l, bw_str_drop(bw_str_take(text, b), a), &got);
    feed(&l, bw_str_drop(text, b), &got);
    finish(&l, &got);
    if (!bw_str_eq_c(bw_buf_view(&got), want))
        fail_msg("cut at %zu and %zu: %.*s", a, b, BW_FMT(bw_buf_view(&got)));
    bw_buf_done(&got);
    bw_lines_done(&l);
}

static void the_same_wherever_it_is_cut(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "", "" },
        { "\n", "=;" },
        { "a\n\nbc\n", "=a;=;=bc;" },
        { "12345678\n123456789\nx\n", "=12345678;!;=x;" },
        { "123456789abcdefghijk\n123456789\nlast", "!;!;?last;" },
        { "a\r\nb", "=a\r;?b;" },
        { "one\n123456789abc", "=one;!;" },
        { "x\n12345678", "=x;?12345678;" },
    };
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        struct bw_str text = bw_str_c(cases[k].text);
        for (size_t a = 0; a <= text.n; a++)
            for (size_t b = a; b <= text.n; b++)
                in_three(text, a, b, cases[k].want);
    }
}

static void a_whole_line_of_a_piece_is_not_copied(void **state)
{
    (void)state;
    struct bw_lines l;
    struct bw_str piece = BW_STR("first\nsecond"), line;
    const char *begin = piece.p;
    bw_lines_init(&l, LONGEST);
    assert_int_equal(bw_lines_next(&l, &piece, &line), BW_LINE_WHOLE);
    assert_ptr_equal(line.p, begin);
    assert_null(l.carry.p);
    assert_int_equal(bw_lines_next(&l, &piece, &line), BW_LINE_NONE);
    assert_int_equal(piece.n, 0);
    assert_int_equal(bw_lines_end(&l, &line), BW_LINE_OPEN);
    assert_true(bw_str_eq(line, BW_STR("second")));
    bw_lines_done(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_wherever_it_is_cut),
        cmocka_unit_test(a_whole_line_of_a_piece_is_not_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
