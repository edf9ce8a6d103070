/* SPDX-License-Identifier: Apache-2.0 */
/* Telegrams without what they say of one bag's owner.  req: CASE-06 AUD-08 */
#include "bw/domain/typeb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char two_groups[] =
    "QU HDQBWXH\r\n.JFKBAXH 201030\r\nBTM\r\n.V/1TLHR\r\n.I/BA178/20NOV/JFK\r\n"
    ".F/IB3167/20NOV/MAD\r\n.N/0125728359001\r\n.P/1ROMANESCU/IOANA\r\n.L/QX7Z9K\r\n"
    ".G/20NOV1200/20NOV1800/CALLE MAYOR 1\r\n.N/0125728360001\r\n.P/1TOWNSEND/TOM\r\nENDBTM\r\n";

static void blanks(const char *text, const struct bw_typeb_lines *gone, size_t n_gone,
                   const struct bw_typeb_lines *kept, size_t n_kept, const char *wanted)
{
    struct bw_buf to;
    bw_buf_init(&to, 1 << 16);
    bw_typeb_blank(bw_str_c(text), gone, n_gone, kept, n_kept, &to);
    assert_string_equal(bw_buf_cstr(&to), wanted);
    bw_buf_done(&to);
}

static void one_group_goes_and_the_other_stays(void **state)
{
    (void)state;
    const struct bw_typeb_lines first = { 7, 10 }, second = { 11, 12 };
    blanks(two_groups, &first, 1, &second, 1,
           "QU HDQBWXH\r\n.JFKBAXH 201030\r\nBTM\r\n.V/1TLHR\r\n.I/BA178/20NOV/JFK\r\n.F/IB3167/20NOV/MAD\r\n"
           ".N/0125728359001\r\n.P/\r\n.L/\r\n.G/\r\n.N/0125728360001\r\n.P/1TOWNSEND/TOM\r\nENDBTM\r\n");
}

static void what_holds_for_all_groups_is_nobodys(void **state)
{
    (void)state;
    const struct bw_typeb_lines ours = { 5, 5 }, other = { 6, 7 };
    blanks("BSM\n.V/1LJFK\n.P/1ROMANESCU/IOANA\n.F/BA178/20NOV/LHR\n.N/0125728359001\n.N/0125728360001\n.Y/IB1234\n"
           "ENDBSM",
           &ours, 1, &other, 1,
           "BSM\n.V/1LJFK\n.P/\n.F/BA178/20NOV/LHR\n.N/0125728359001\n.N/0125728360001\n.Y/IB1234\nENDBSM");
}

static void lines_that_are_no_elements_go_and_keep_their_number(void **state)
{
    (void)state;
    const struct bw_typeb_lines all = { 1, 9 };
    blanks("ROMANESCU/IOANA\nBSM\n\n.V/1LJFK\n.Z/ANYTHING\nMRS ROMANESCU\n.N/0125728359\n.P/1ROM\x01 ANESCU", &all, 1,
           NULL, 0, "\nBSM\n\n.V/1LJFK\n.Z/\n\n.N/0125728359\n.P/");
}

static void nothing_is_still_nothing(void **state)
{
    (void)state;
    const struct bw_typeb_lines all = { 1, 9 };
    blanks("", &all, 1, NULL, 0, "");
    blanks("\r\n\r\n", &all, 1, NULL, 0, "\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_group_goes_and_the_other_stays),
        cmocka_unit_test(what_holds_for_all_groups_is_nobodys),
        cmocka_unit_test(lines_that_are_no_elements_go_and_keep_their_number),
        cmocka_unit_test(nothing_is_still_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
