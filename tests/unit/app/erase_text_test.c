/* SPDX-License-Identifier: Apache-2.0 */
/* What of a person is found in telegrams that nobody could read, and what is left alone.  req: CASE-06 */
#include "erase_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool finds(const char *details, const char *text)
{
    struct bw_needles needles = { .n = 0 };
    bw_needles_details(&needles, bw_str_c(details));
    return bw_needles_in(&needles, bw_str_c(text));
}

static const char her[] =
    "{\"passenger\":{\"surname\":\"O'Neill-Garcia\",\"given\":\"Mary Ann\"},\"contacts\":{\"pnr\":\"QX7Z9K\"}}";

static void a_name_is_found_as_senders_write_it(void **state)
{
    (void)state;
    assert_true(finds(her, "BSM\n.P/1ONEILLGARCIA/MARYANNMRS\nENDBSM"));
    assert_true(finds(her, ".P/2O NEILL-GARCIA/MARY ANN/TOM"));
    assert_true(finds(her, "garbage o'neill garcia and mary ann"));
}

static void a_booking_is_found_alone(void **state)
{
    (void)state;
    assert_true(finds(her, ".L/QX7Z9K"));
    assert_false(finds(her, ".L/QX7Z9L"));
}

static void a_surname_alone_is_anybodys(void **state)
{
    (void)state;
    assert_false(finds(her, ".P/1ONEILLGARCIA/PATRICK"));
    assert_false(finds(her, ".P/1SMITH/MARYANN"));
    assert_true(finds("{\"passenger\":{\"surname\":\"Quagliarella\"}}", ".P/1QUAGLIARELLA"));
}

static void letters_that_telegrams_lack_are_passed_over(void **state)
{
    (void)state;
    const char *details = "{\"passenger\":{\"surname\":\"M\u00fcllerstein\",\"given\":\"J\u00f6rgen\"}}";
    assert_true(finds(details, ".P/1MUELLERSTEIN/JOERGEN"));
    assert_true(finds(details, ".P/1MULLERSTEIN/JORGEN"));
    assert_false(finds(details, ".P/1MULLER/JORGEN"));
}

static void a_plate_is_found_in_any_element(void **state)
{
    (void)state;
    struct bw_needles needles = { .n = 0 };
    bw_needles_plate(&needles, BW_STR("0125728359"));
    assert_true(bw_needles_in(&needles, BW_STR(".N/01257283590001")));
    assert_false(bw_needles_in(&needles, BW_STR(".N/0125728360001")));
    assert_false(bw_needles_in(&needles, BW_STR("")));
}

static void what_is_too_short_finds_nothing(void **state)
{
    (void)state;
    assert_false(finds("{\"passenger\":{\"surname\":\"Li\",\"given\":\"Bo\"}}", ".P/1LI/BO"));
    assert_false(finds("{}", ".P/1LI/BO"));
    assert_false(finds("", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_as_senders_write_it),
        cmocka_unit_test(a_booking_is_found_alone),
        cmocka_unit_test(a_surname_alone_is_anybodys),
        cmocka_unit_test(letters_that_telegrams_lack_are_passed_over),
        cmocka_unit_test(a_plate_is_found_in_any_element),
        cmocka_unit_test(what_is_too_short_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
