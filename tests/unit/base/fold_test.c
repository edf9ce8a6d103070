/* SPDX-License-Identifier: Apache-2.0 */
/* fold_test.c - letters as look-ups compare them: tables of what people type and of what they mean. */
#include "bw/base/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct row {
    const char *typed, *folded;
};

static void check(const struct row *rows, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        char to[256], again[256];
        struct bw_str once = bw_str_n(to, bw_fold(bw_str_c(rows[k].typed), to, sizeof to));
        if (!bw_str_eq_c(once, rows[k].folded))
            fail_msg("%s -> \"%.*s\", not \"%s\"", rows[k].typed, BW_FMT(once), rows[k].folded);
        struct bw_str twice = bw_str_n(again, bw_fold(once, again, sizeof again));
        assert_true(bw_str_eq(once, twice));
    }
}

/* req: DESK-01 */
static void latin_letters_lose_their_marks(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "Garcia", "garcia" },
        { "GARCÍA", "garcia" },
        { "Garci\u0301a", "garcia" }, /* the mark as a character of its own */
        { "Müller", "muller" },
        { "MUELLER", "mueller" },
        { "Weiß WEIẞ", "weiss weiss" },
        { "Sørensen, Åse", "sorensen ase" },
        { "Ærø Þór Guðrún", "aero thor gudrun" },
        { "Wałęsa Łódź", "walesa lodz" },
        { "Đorđević", "dordevic" },
        { "İSTANBUL Iğdır ışık", "istanbul igdir isik" },
        { "Đặng Nguyễn Văn", "dang nguyen van" },
        { "Dvořák Șerban Ştefan Háček", "dvorak serban stefan hacek" },
        { "Cœur Ĳssel ﬁn", "coeur ijssel fin" },
        { "ＴＡＮＡＫＡ　１２", "tanaka 12" },
    };
    check(rows, BW_LEN(rows));
}

static void other_scripts_stay_in_lower_case(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ИВАНОВА Ёлкина", "иванова елкина" },
        { "ΠΑΠΑΔΌΠΟΥΛΟΣ", "παπαδοπουλοσ" },
        { "Παπαδόπουλος", "παπαδοπουλοσ" },
        { "أحمد", "احمد" },
        { "مُحَمَّد", "محمد" },
        { "محـــمد", "محمد" },
        { "٠١٢٣ ۴۵", "0123 45" },
        { "김민준", "김민준" },
        { "王 小明", "王 小明" },
    };
    check(rows, BW_LEN(rows));
}

static void what_is_no_letter_parts_words_but_an_apostrophe(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "O'Neill O\u2019Neill O\u02BCNeill", "oneill oneill oneill" },
        { "Al-Said", "al said" },
        { "Jean\u2011Luc", "jean luc" },
        { "  De la\tCRUZ \n", "de la cruz" },
        { "black, Samsonite (4 wheels)", "black samsonite 4 wheels" },
        { "sam\u00ADson\u200Bite", "samsonite" }, /* soft hyphen and a blank without width */
        { "--- ... ---", "" },
        { "", "" },
        { "a\xFF\xC3z", "a z" }, /* no UTF-8 */
    };
    check(rows, BW_LEN(rows));
}

static void what_does_not_fit_is_cut_behind_a_character(void **state)
{
    (void)state;
    char to[8];
    for (size_t max = 0; max <= sizeof to; max++) {
        size_t n = bw_fold(BW_STR("ab ИВ"), to, max);
        static const size_t want[] = { 0, 1, 2, 2, 2, 5, 5, 7, 7 };
        assert_int_equal(n, want[max]);
        assert_true(bw_utf8_valid(bw_str_n(to, n), 0));
    }
    assert_int_equal(bw_fold(BW_STR_NONE, NULL, 0), 0);
}

/* Whatever comes: no byte beyond the room, valid UTF-8, and folded once is folded for ever. */
static void any_character_folds_to_something_that_stays(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 0x30000; c++) {
        char in[4], once[128], twice[128];
        size_t n = 0;
        if (c >= 0xD800 && c < 0xE000)
            continue;
        if (c < 0x80)
            in[n++] = (char)c;
        else if (c < 0x800)
            in[n++] = (char)(0xC0 | c >> 6);
        else if (c < 0x10000)
            in[n++] = (char)(0xE0 | c >> 12);
        else
            in[n++] = (char)(0xF0 | c >> 18);
        for (int shift = c < 0x80 ? -6 : c < 0x800 ? 0 : c < 0x10000 ? 6 : 12; shift >= 0; shift -= 6)
            in[n++] = (char)(0x80 | (c >> shift & 0x3F));
        struct bw_str a = bw_str_n(once, bw_fold(bw_str_n(in, n), once, sizeof once));
        struct bw_str b = bw_str_n(twice, bw_fold(a, twice, sizeof twice));
        if (!bw_utf8_valid(a, 0) || !bw_str_eq(a, b))
            fail_msg("U+%04X -> \"%.*s\" -> \"%.*s\"", c, BW_FMT(a), BW_FMT(b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latin_letters_lose_their_marks),
        cmocka_unit_test(other_scripts_stay_in_lower_case),
        cmocka_unit_test(what_is_no_letter_parts_words_but_an_apostrophe),
        cmocka_unit_test(what_does_not_fit_is_cut_behind_a_character),
        cmocka_unit_test(any_character_folds_to_something_that_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
