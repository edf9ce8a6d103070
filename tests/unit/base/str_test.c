/* SPDX-License-Identifier: Apache-2.0 */
/* str_test.c - slices: comparing, cutting, numbers and UTF-8, with the edges where others went wrong. */
#include "bw/base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void compares(void **state)
{
    (void)state;
    assert_true(bw_str_eq(BW_STR(""), BW_STR_NONE));
    assert_true(bw_str_eq(BW_STR("a\0b"), bw_str_n("a\0b", 3)));
    assert_false(bw_str_eq(BW_STR("a\0b"), BW_STR("a\0c")));
    assert_true(bw_str_eq_c(BW_STR("LH"), "LH"));
    assert_false(bw_str_eq_c(BW_STR("LH"), "LHX"));
    assert_true(bw_str_eq_nocase(BW_STR("Content-Type"), BW_STR("content-tYPE")));
    assert_false(bw_str_eq_nocase(BW_STR("@["), BW_STR("`{")));
    assert_int_equal(bw_str_cmp(BW_STR("ab"), BW_STR("abc")), -1);
    assert_int_equal(bw_str_cmp(BW_STR("b"), BW_STR("abc")), 1);
    assert_int_equal(bw_str_cmp(BW_STR("\xff"), BW_STR("a")), 1);
    assert_int_equal(bw_str_cmp(BW_STR_NONE, BW_STR("")), 0);
    assert_true(bw_str_starts(BW_STR("bagk_live_x"), BW_STR("bagk_")));
    assert_false(bw_str_starts(BW_STR("bag"), BW_STR("bagk_")));
    assert_true(bw_str_ends(BW_STR("a.csv"), BW_STR(".csv")));
    assert_false(bw_str_ends(BW_STR("csv"), BW_STR(".csv")));
}

static void cuts(void **state)
{
    (void)state;
    assert_true(bw_str_eq_c(bw_str_trim(BW_STR(" \t\r\nx y\n ")), "x y"));
    assert_int_equal(bw_str_trim(BW_STR(" \t ")).n, 0);
    assert_int_equal(bw_str_drop(BW_STR("abc"), 9).n, 0);
    assert_true(bw_str_eq_c(bw_str_take(BW_STR("abc"), 9), "abc"));
    assert_int_equal(bw_str_drop(BW_STR_NONE, 3).n, 0);
    assert_int_equal(bw_str_find(BW_STR("a,b"), ','), 1);
    assert_int_equal(bw_str_find(BW_STR_NONE, ','), 0);
}

static void split_visits_every_field(void **state)
{
    (void)state;
    static const char *const want[] = { "", "a", "", "b", "" };
    struct bw_str rest = BW_STR(",a,,b,");
    size_t n = 0;
    while (rest.p) {
        struct bw_str field = bw_str_split(&rest, ',');
        assert_true(n < BW_LEN(want));
        assert_true(bw_str_eq_c(field, want[n++]));
    }
    assert_int_equal(n, BW_LEN(want));
    rest = BW_STR("whole");
    assert_true(bw_str_eq_c(bw_str_split(&rest, ','), "whole"));
    assert_null(rest.p);
}

static void reads_numbers(void **state)
{
    (void)state;
    uint64_t u = 7;
    int64_t i = 7;
    assert_true(bw_str_to_u64(BW_STR("18446744073709551615"), 0, UINT64_MAX, &u) && u == UINT64_MAX);
    static const struct bw_str bad[] = { BW_STR_INIT("18446744073709551616"),
                                         BW_STR_INIT("99999999999999999999"),
                                         BW_STR_INIT(""),
                                         BW_STR_INIT("+1"),
                                         BW_STR_INIT("-1"),
                                         BW_STR_INIT(" 1"),
                                         BW_STR_INIT("1 "),
                                         BW_STR_INIT("0x1"),
                                         BW_STR_INIT("1\0") };
    u = 7;
    for (size_t at = 0; at < BW_LEN(bad); at++)
        assert_false(bw_str_to_u64(bad[at], 0, UINT64_MAX, &u));
    assert_int_equal(u, 7);
    assert_false(bw_str_to_u64(BW_STR("4"), 5, 9, &u));
    assert_false(bw_str_to_u64(BW_STR("10"), 5, 9, &u));
    assert_true(bw_str_to_u64(BW_STR("0009"), 5, 9, &u) && u == 9);
    assert_true(bw_str_to_i64(BW_STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &i) && i == INT64_MIN);
    assert_true(bw_str_to_i64(BW_STR("9223372036854775807"), INT64_MIN, INT64_MAX, &i) && i == INT64_MAX);
    assert_true(bw_str_to_i64(BW_STR("-0"), -1, 1, &i) && i == 0);
    assert_false(bw_str_to_i64(BW_STR("9223372036854775808"), INT64_MIN, INT64_MAX, &i));
    assert_false(bw_str_to_i64(BW_STR("-9223372036854775809"), INT64_MIN, INT64_MAX, &i));
    assert_false(bw_str_to_i64(BW_STR("-"), INT64_MIN, INT64_MAX, &i));
    assert_false(bw_str_to_i64(BW_STR("--1"), INT64_MIN, INT64_MAX, &i));
}

static void copies_only_what_fits(void **state)
{
    (void)state;
    char to[4] = "zzz";
    assert_true(bw_str_copy(BW_STR("abc"), to, sizeof(to)));
    assert_string_equal(to, "abc");
    assert_false(bw_str_copy(BW_STR("abcd"), to, sizeof(to)));
    assert_string_equal(to, "");
    bw_str_put(BW_STR_NONE, to, sizeof(to));
    assert_string_equal(to, "");
    assert_false(bw_str_copy(BW_STR(""), to, 0));
}

static void knows_characters(void **state)
{
    (void)state;
    assert_true(bw_str_all(BW_STR("0123456789"), bw_is_digit));
    assert_false(bw_str_all(BW_STR("01a"), bw_is_digit));
    assert_false(bw_str_all(BW_STR(""), bw_is_digit));
    assert_true(bw_str_all(BW_STR("azAZ09"), bw_is_alnum));
    for (int c = -128; c < 128; c++) {
        bool upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9', low = c >= 'a' && c <= 'z';
        assert_int_equal(bw_is_upper((char)c), upper);
        assert_int_equal(bw_is_alnum((char)c), upper || digit || low);
    }
}

/* The sequences of RFC 3629 and of Kuhn's UTF-8 stress test. */
static void checks_utf8(void **state)
{
    (void)state;
    static const struct bw_str good[] = { BW_STR_INIT(""), BW_STR_INIT("Zürich \xe6\x97\xa5 \xf0\x9f\xa7\xb3"),
                                          BW_STR_INIT("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80"),
                                          BW_STR_INIT("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf") };
    static const struct bw_str bad[] = {
        BW_STR_INIT("\x80"),         BW_STR_INIT("\xc0\x80"),         BW_STR_INIT("\xc1\xbf"),
        BW_STR_INIT("\xe0\x9f\xbf"), BW_STR_INIT("\xf0\x8f\xbf\xbf"), BW_STR_INIT("\xed\xa0\x80"),
        BW_STR_INIT("\xed\xbf\xbf"), BW_STR_INIT("\xf4\x90\x80\x80"), BW_STR_INIT("\xf5\x80\x80\x80"),
        BW_STR_INIT("\xff"),         BW_STR_INIT("\xe6\x97"),         BW_STR_INIT("\xf0\x9f\xa7"),
        BW_STR_INIT("\xc3"),         BW_STR_INIT("\xe6\x97z"),        BW_STR_INIT("\xf0\x9f\xa7z")
    };
    for (size_t at = 0; at < BW_LEN(good); at++)
        assert_true(bw_utf8_valid(good[at], 0));
    for (size_t at = 0; at < BW_LEN(bad); at++)
        assert_false(bw_utf8_valid(bad[at], BW_UTF8_NUL_OK));
    assert_false(bw_utf8_valid(BW_STR("a\0b"), 0));
    assert_true(bw_utf8_valid(BW_STR("a\0b"), BW_UTF8_NUL_OK));
    assert_int_equal(bw_utf8_len(BW_STR("Zürich \xf0\x9f\xa7\xb3")), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(cuts),
        cmocka_unit_test(split_visits_every_field),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(copies_only_what_fits),
        cmocka_unit_test(knows_characters),
        cmocka_unit_test(checks_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
