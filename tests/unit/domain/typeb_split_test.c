/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_split_test.c - envelopes, several messages in one text, junk, status lines, ends, what was cut off. */
#include "bw/domain/typeb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "typeb_case.h"

#define BODY ".V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728359001\n"
#define FACT "BAG_EXPECTED plate:0125728359@2026-11-20 untimed by BA on BA178 2026-11-20 BA178:JFK-LHR"

static struct typeb_case c;

static int open_case(void **state)
{
    (void)state;
    typeb_open(&c);
    return 0;
}

static int close_case(void **state)
{
    (void)state;
    typeb_close(&c);
    return 0;
}

static void envelope_is(const char *text, const char *expected)
{
    (void)typeb_read(&c, bw_str_c(text));
    assert_true(c.t.n_messages > 0);
    const struct bw_typeb_envelope *e = c.t.messages[c.t.n_messages - 1].envelope;
    bw_buf_clear(&c.out);
    if (e) {
        bw_buf_printf(&c.out, "%.*s", BW_FMT(e->priority));
        for (size_t at = 0; at < e->n_to; at++)
            bw_buf_printf(&c.out, " %.*s", BW_FMT(e->to[at]));
        bw_buf_printf(&c.out, " from %.*s sig %.*s at %.*s", BW_FMT(e->origin), BW_FMT(e->signature),
                      BW_FMT(e->day_time));
    }
    bw_buf_ch(&c.out, '\0');
    assert_string_equal(c.out.p, expected);
}

/* req: TYB-01 */
static void origin_lines_with_every_known_tail(void **state)
{
    (void)state;
    envelope_is("QU HKGTSXH\n.ISTKMTK 081625 BMD-094-081625\nBCM\nENDBCM\n", "QU HKGTSXH from ISTKMTK sig  at 081625");
    envelope_is("QK QLHQ3LH\n.PTMAPET 122321 MESX007 JAN14\nBCM\nENDBCM\n", "QK QLHQ3LH from PTMAPET sig  at 122321");
    envelope_is("QN LHRLLBA\n.HKGODCI 061625/AMAMQ\nBCM\nENDBCM\n", "QN LHRLLBA from HKGODCI sig  at 061625");
    envelope_is("QN LHRLLBA\n.PEKKMCA HB/301623\nBCM\nENDBCM\n", "QN LHRLLBA from PEKKMCA sig HB at 301623");
    envelope_is("QN LHRLLBA\n.TYOFSNH 061627 Z\nBCM\nENDBCM\n", "QN LHRLLBA from TYOFSNH sig  at 061627");
    envelope_is("QN LHRLLBA\n.HDQOPTG 070133/JUN26\nBCM\nENDBCM\n", "QN LHRLLBA from HDQOPTG sig  at 070133");
    envelope_is("QN LHRLLBA\n.HDQOPTG\nBCM\nENDBCM\n", "QN LHRLLBA from HDQOPTG sig  at ");
    envelope_is("QN LHRLLBA\n.HDQOPTG NOTIME\nBCM\nENDBCM\n", "QN LHRLLBA from HDQOPTG sig  at ");
    envelope_is("BCM\nENDBCM\n", "");
}

/* req: TYB-01 */
static void addresses_run_over_lines_and_control_characters_stand_about(void **state)
{
    (void)state;
    envelope_is("\001QD MUCBPLH LHRLLBA\r\nMADTTIB\r\n.MUCDPLH 281602\r\n\002BCM\r\nFOM\r\nENDBCM\r\n\003",
                "QD MUCBPLH LHRLLBA MADTTIB from MUCDPLH sig  at 281602");
    assert_true(bw_str_eq_c(c.t.messages[0].secondary, "FOM"));
    envelope_is("QU TOOLONGA\n.HDQOPTG 070133\nBCM\nENDBCM\n", " from HDQOPTG sig  at 070133");
    char text[80 * 8 + 64] = "QU";
    for (size_t at = 0; at < 80; at++)
        memcpy(text + 2 + at * 8, " ABCDEFG", 8);
    memcpy(text + 2 + 80 * 8, "\nBCM\nENDBCM\n", 13);
    (void)typeb_read(&c, bw_str_c(text));
    assert_int_equal(c.t.messages[0].envelope->n_to, 64);
}

/* req: TYB-01 */
static void relayed_message_has_the_last_origin_that_is_not_blank(void **state)
{
    (void)state;
    envelope_is("QU HKGTSXH\n.     \nQU HKGAE8X\n.TYOFSNH 061627 Z\nBCM\nENDBCM\n",
                "QU HKGAE8X from TYOFSNH sig  at 061627");
    envelope_is("QU HKGTSXH\n.TYOFSNH 061627 Z\nQK HKGAE8X\n.     \nBCM\nENDBCM\n",
                "QK HKGAE8X from TYOFSNH sig  at 061627");
}

/* req: TYB-01 */
static void several_messages_with_and_without_envelopes_of_their_own(void **state)
{
    (void)state;
    (void)typeb_read(&c,
                     BW_STR("LX10\nSYM\nBSM\n" BODY "ENDBSM\nQU AAAAAAA\n.ISTKMTK 201200\nBSM\nCHG\n" BODY "ENDBSM\n\n"
                            "BTM\nDEL\n" BODY "ENDBTM\nQU BBBBBBB\nBSM\n" BODY "ENDBSM"));
    assert_int_equal(c.t.n_messages, 4);
    assert_int_equal(c.t.n_facts, 4);
    const struct bw_typeb_message *m = c.t.messages;
    assert_string_equal(typeb_line(&c, &m[0]), "BSM new used JFK/L | " FACT);
    assert_null(m[0].envelope);
    assert_int_equal(m[0].first_line, 3);
    assert_int_equal(m[0].last_line, 7);
    assert_int_equal(m[0].origin_at, BW_TIME_NONE);
    assert_int_equal(m[0].facts[0].ev.time_kind, BW_T_DAY);
    assert_true(bw_str_starts(m[0].raw, BW_STR("BSM\n")) && bw_str_ends(m[0].raw, BW_STR("ENDBSM\n")));
    assert_int_equal(m[1].action, BW_TYPEB_CHANGE);
    assert_int_equal(m[1].origin_at, typeb_at("2026-11-20T12:00:00Z"));
    assert_int_equal(m[1].facts[0].ev.time_kind, BW_T_ORIGIN);
    assert_ptr_equal(m[2].envelope, m[1].envelope);
    assert_int_equal(m[2].action, BW_TYPEB_DELETE);
    assert_int_equal(m[2].facts[0].ev.code, BW_EV_DATA_WITHDRAWN);
    assert_int_equal(m[3].envelope->origin.n, 0);
    assert_int_equal(m[3].ordinal, 4);
}

/* req: TYB-03 */
static void cut_off_message_applies_nothing(void **state)
{
    (void)state;
    assert_string_equal(typeb_show(&c, "BSM\nDEL\n" BODY), "BSM delete unusable JFK/L ! 5:");
    assert_string_equal(typeb_show(&c, "BSM\nDEL"), "BSM delete unusable  ! 1:V ! 2:");
    (void)typeb_read(&c, BW_STR("BSM\nCHG\n" BODY "BSM\n" BODY "ENDBSM\n"));
    assert_int_equal(c.t.n_messages, 2);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_UNUSABLE);
    assert_int_equal(c.t.messages[0].n_facts, 0);
    assert_string_equal(typeb_line(&c, &c.t.messages[1]), "BSM new used JFK/L | " FACT);
    (void)typeb_read(&c, BW_STR("BSM\n" BODY "QU HKGTSXH\n.ISTKMTK 201200\nBSM\n" BODY "ENDBSM\n"));
    assert_int_equal(c.t.n_messages, 2);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_UNUSABLE);
    assert_int_equal(c.t.messages[1].n_facts, 1);
    assert_string_equal(typeb_show(&c, "BSM\n" BODY "ENDBTM\n"), "BSM new unusable JFK/L ! 5:");
    assert_string_equal(typeb_show(&c, "BCM\nFOM\n.V/1LJFK\n"), "BCM new unusable JFK/L ! 3:");
}

/* req: TYB-03 */
static void unclear_status_applies_nothing(void **state)
{
    (void)state;
    assert_string_equal(typeb_show(&c, "BSM\nDLE\n" BODY "ENDBSM\n"), "BSM new unusable JFK/L ! 2:");
    assert_string_equal(typeb_show(&c, "BSM\n.V/1LJFK\nDEL\n.N/0125728359001\nENDBSM\n"),
                        "BSM new unusable JFK/L ! 3:");
    assert_string_equal(typeb_show(&c, "BSM\nCHG\nDEL\n" BODY "ENDBSM\n"), "BSM change unusable JFK/L ! 3:");
    assert_string_equal(typeb_show(&c, "BSM\n" BODY "what is this\nENDBSM\n"),
                        "BSM new partly_used JFK/L | " FACT " ! 5:");
}

/* req: TYB-03 */
static void elements_outside_of_messages_are_not_lost_silently(void **state)
{
    (void)state;
    (void)typeb_read(&c, BW_STR("PSM\n" BODY "ENDPSM\nBSM\n" BODY "ENDBSM\n.N/0125728359001\n"));
    assert_int_equal(c.t.n_messages, 3);
    assert_string_equal(typeb_line(&c, &c.t.messages[0]), " new unusable  ! 2:");
    assert_int_equal(c.t.messages[0].n_elements, 3);
    assert_string_equal(typeb_line(&c, &c.t.messages[1]), "BSM new used JFK/L | " FACT);
    assert_string_equal(typeb_line(&c, &c.t.messages[2]), " new unusable  ! 11:");
    (void)typeb_read(&c, BW_STR("Dear Sirs,\nour bag is late.\n"));
    assert_int_equal(c.t.n_messages, 0);
    (void)typeb_read(&c, BW_STR_NONE);
    assert_int_equal(c.t.n_messages, 0);
}

#define PART(n, end) "BSM\n.V/1LJFK/" n "\n.F/BA0178/20NOV/LHR\n.N/0125728359001\n" end "\n"

/* req: TYB-01 */
static void parts_wait_and_single_parts_do_not(void **state)
{
    (void)state;
    assert_string_equal(typeb_show(&c, PART("PART1", "ENDPART1")), "BSM new waiting_for_parts JFK/L");
    assert_int_equal(c.t.messages[0].part, 1);
    assert_int_equal(c.t.messages[0].n_elements, 3);
    assert_string_equal(typeb_show(&c, PART("PART12", "ENDBSM")), "BSM new waiting_for_parts JFK/L");
    assert_int_equal(c.t.messages[0].part, 12);
    assert_string_equal(typeb_show(&c, PART("PART1", "ENDBSM")), "BSM new used JFK/L | " FACT);
    assert_string_equal(typeb_show(&c, PART("", "ENDBSM")), "BSM new used JFK/L | " FACT);
    assert_string_equal(typeb_show(&c, PART("PART1", "ENDPART2")), "BSM new unusable JFK/L ! 5:");
    assert_string_equal(typeb_show(&c, PART("", "ENDPART1")), "BSM new unusable JFK/L ! 5:");
    assert_string_equal(typeb_show(&c, PART("PART1", "ENDPART001")), "BSM new waiting_for_parts JFK/L");
    assert_string_equal(typeb_show(&c, PART("PART100", "ENDBSM")), "BSM new unusable JFK/L ! 2:V");
    assert_string_equal(typeb_show(&c, PART("PART1", "ENDPARTX")), "BSM new unusable JFK/L ! 5: ! 5:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origin_lines_with_every_known_tail),
        cmocka_unit_test(addresses_run_over_lines_and_control_characters_stand_about),
        cmocka_unit_test(relayed_message_has_the_last_origin_that_is_not_blank),
        cmocka_unit_test(several_messages_with_and_without_envelopes_of_their_own),
        cmocka_unit_test(cut_off_message_applies_nothing),
        cmocka_unit_test(unclear_status_applies_nothing),
        cmocka_unit_test(elements_outside_of_messages_are_not_lost_silently),
        cmocka_unit_test(parts_wait_and_single_parts_do_not),
    };
    return cmocka_run_group_tests(tests, open_case, close_case);
}
