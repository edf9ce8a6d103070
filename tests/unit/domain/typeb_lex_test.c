/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_lex_test.c - lines with every end of line, letters, positional fields, words. */
#include "typeb_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void lines_end_in_every_known_way(void **state)
{
    (void)state;
    struct bw_tb_lex lex = bw_tb_lex_start(BW_STR("one\r\ntwo\n\n\001 three \002 \r\r\nfour\rfive"));
    static const char *const texts[] = { "one", "two", " three", "four", "five" };
    static const int numbers[] = { 1, 2, 4, 5, 6 };
    struct bw_tb_line line;
    for (size_t at = 0; at < BW_LEN(texts); at++) {
        assert_true(bw_tb_lex_next(&lex, &line));
        assert_true(bw_str_eq_c(line.text, texts[at]));
        assert_int_equal(line.no, numbers[at]);
    }
    assert_false(bw_tb_lex_next(&lex, &line));
    lex = bw_tb_lex_start(BW_STR_NONE);
    assert_false(bw_tb_lex_next(&lex, &line));
}

static void raw_range_holds_the_end_of_line(void **state)
{
    (void)state;
    struct bw_str text = BW_STR("\002BSM  \r\nx");
    struct bw_tb_lex lex = bw_tb_lex_start(text);
    struct bw_tb_line line;
    assert_true(bw_tb_lex_next(&lex, &line));
    assert_ptr_equal(line.begin, text.p);
    assert_int_equal(line.end - line.begin, 8);
    assert_true(bw_str_eq_c(line.text, "BSM"));
}

/* req: TYB-01 */
static void full_stop_starts_an_element_only_at_the_start_of_a_line(void **state)
{
    (void)state;
    assert_int_equal(bw_tb_letter(BW_STR(".N/0117814872001")), 'N');
    assert_int_equal(bw_tb_letter(BW_STR(".n")), 'N');
    assert_int_equal(bw_tb_letter(BW_STR(".P/SMITH/A.N/B.X")), 'P');
    assert_int_equal(bw_tb_letter(BW_STR(" .N/0117814872001")), 0);
    assert_int_equal(bw_tb_letter(BW_STR("A.N/0117814872001")), 0);
    assert_int_equal(bw_tb_letter(BW_STR(".ISTKMTK 081625")), 0);
    assert_int_equal(bw_tb_letter(BW_STR(".1/X")), 0);
    assert_int_equal(bw_tb_letter(BW_STR(".")), 0);
}

/* req: TYB-01 */
static void fields_are_positional_and_empty_ones_stay(void **state)
{
    (void)state;
    struct bw_typeb_element e = { .letter = 'S', .line = 1, .text = BW_STR(".S/Y//C/////") };
    assert_true(bw_str_eq_c(bw_typeb_field(&e, 0), "Y"));
    struct bw_str seat = bw_typeb_field(&e, 1);
    assert_non_null(seat.p);
    assert_int_equal(seat.n, 0);
    assert_true(bw_str_eq_c(bw_typeb_field(&e, 2), "C"));
    assert_non_null(bw_typeb_field(&e, 7).p);
    assert_null(bw_typeb_field(&e, 8).p);
    e.text = BW_STR(".S");
    assert_null(bw_typeb_field(&e, 0).p);
    e = (struct bw_typeb_element){ .text = BW_STR("no/element") };
    assert_null(bw_typeb_field(&e, 0).p);
}

static void identifiers_and_words(void **state)
{
    (void)state;
    for (int smi = BW_SMI_BSM; smi < BW_SMI_MAX; smi++)
        assert_int_equal(bw_tb_smi(bw_str_c(bw_smi_word((enum bw_smi)smi))), smi);
    assert_int_equal(bw_tb_smi(BW_STR("bsm")), BW_SMI_NONE);
    assert_int_equal(bw_tb_smi(BW_STR("BSM X")), BW_SMI_NONE);
    assert_int_equal(bw_tb_smi(BW_STR("LX10")), BW_SMI_NONE);
    assert_string_equal(bw_smi_word(BW_SMI_NONE), "");
    assert_string_equal(bw_typeb_action_word(BW_TYPEB_NEW), "new");
    assert_string_equal(bw_typeb_action_word(BW_TYPEB_DELETE), "delete");
    assert_string_equal(bw_typeb_status_word(BW_TYPEB_PARTLY_USED), "partly_used");
    assert_string_equal(bw_typeb_status_word(BW_TYPEB_WAITING_FOR_PARTS), "waiting_for_parts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_every_known_way),
        cmocka_unit_test(raw_range_holds_the_end_of_line),
        cmocka_unit_test(full_stop_starts_an_element_only_at_the_start_of_a_line),
        cmocka_unit_test(fields_are_positional_and_empty_ones_stay),
        cmocka_unit_test(identifiers_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
