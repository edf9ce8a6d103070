/* SPDX-License-Identifier: Apache-2.0 */
/* Card and passport numbers in free text, and what looks like them and is not.  The numbers are those that the schemes
 * publish for tests.  req: SEC-06 (reliability.md P6) */
#include "bw/base/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void masks(const char *text, const char *wanted)
{
    char to[256];
    size_t n = strlen(text);
    assert_true(n < sizeof to);
    memcpy(to, text, n + 1);
    size_t found = bw_mask(to, n);
    assert_string_equal(to, wanted);
    assert_int_equal(found > 0, strcmp(text, wanted) != 0);
}

static void keeps(const char *text)
{
    masks(text, text);
}

static void test_cards_lose_all_but_four_digits(void **state)
{
    (void)state;
    masks("paid with 4111111111111111 at the desk", "paid with ************1111 at the desk");
    masks("4111 1111 1111 1111", "**** **** **** 1111");
    masks("5555-5555-5555-4444,", "****-****-****-4444,");
    masks("amex 3782 822463 10005.", "amex **** ****** *0005.");
    masks("6011.1111.1111.1117", "****.****.****.1117");
    masks("old visa 4222222222222", "old visa *********2222");
    masks("diners 30569309025904", "diners **********5904");
    masks("jcb 3530111333300000", "jcb ************0000");
    masks("maestro 6759649826438453", "maestro ************8453");
    masks("unionpay 6212345678901232 or 6212345678900000003", "unionpay ************1232 or ***************0003");
    masks("two: 4111111111111111/5555555555554444", "two: ************1111/************4444");
    masks("card4111111111111111exp", "card************1111exp");
}

static void test_an_expiry_beside_the_number_does_not_hide_it(void **state)
{
    (void)state;
    masks("4111 1111 1111 1111 0528 123", "**** **** **** 1111 0528 123");
    masks("07 4111 1111 1111 1111", "07 **** **** **** 1111");
    masks("4111111111111111 12/28", "************1111 12/28");
}

static void test_what_the_trade_writes_stays(void **state)
{
    (void)state;
    keeps("plate 0125728359 and 9125728359");
    keeps("tags 0125728359001 0085123456003");
    keeps("plates 0125728359 0125728360 0125728361");
    keeps("file MADIB10001, LHRBA12345, JFKLH99999");
    keeps("call +49 176 1234 5678 901, +4111111111111111");
    keeps("+41 4111 1111 1111 111 and +4 111 1111 1111 1111");
    keeps("ticket 125-2345678901, 0752345678901");
    keeps("seen 2026-11-20 10:40:00, again 20261121104000");
    keeps("BA178/20NOV IB3167/21NOV seat 14A");
    keeps("id 0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071");
    keeps("4111111111111112");     /* its sum is wrong */
    keeps("7992739871300000");     /* nobody issues them */
    keeps("41111111111111111111"); /* twenty digits in one */
    keeps("");
}

static void test_passports_go_by_the_word_before_them(void **state)
{
    (void)state;
    masks("passport no. X1234567 shown", "passport no. ******** shown");
    masks("Reisepass C01X00T47", "Reisepass *********");
    masks("Pasaporte: AAB123456", "Pasaporte: *********");
    masks("PASSEPORT n 12AB34567", "PASSEPORT n *********");
    keeps("passport left in the bag");
    keeps("passport found in bag 0125728359 of another colour and size, file MADIB10001");
    keeps("X1234567 without the word");
}

/* A number may stand anywhere in a text of any length; every prefix of it is nothing. */
static void test_every_place_in_a_text(void **state)
{
    (void)state;
    static const char card[] = "4111111111111111";
    for (size_t before = 0; before < 40; before++)
        for (size_t n = 0; n <= 16; n++) {
            char text[64];
            memset(text, 'x', sizeof text);
            memcpy(text + before, card, n);
            assert_int_equal(bw_mask(text, before + n), n == 16);
        }
}

static void test_only_what_is_masked_is_copied(void **state)
{
    (void)state;
    struct bw_arena arena;
    bw_arena_init(&arena, 1 << 16);
    struct bw_str plain = BW_STR("blue samsonite, wheel gone"), card = BW_STR("4111111111111111");
    assert_ptr_equal(bw_masked(&arena, plain).p, plain.p);
    assert_true(bw_str_eq_c(bw_masked(&arena, card), "************1111"));
    assert_true(bw_str_eq_c(card, "4111111111111111"));
    assert_int_equal(bw_masked(&arena, BW_STR_NONE).n, 0);
    bw_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards_lose_all_but_four_digits),
        cmocka_unit_test(test_an_expiry_beside_the_number_does_not_hide_it),
        cmocka_unit_test(test_what_the_trade_writes_stays),
        cmocka_unit_test(test_passports_go_by_the_word_before_them),
        cmocka_unit_test(test_every_place_in_a_text),
        cmocka_unit_test(test_only_what_is_masked_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
