/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_part_test.c - messages in parts: any order gives the same facts as one piece, what is incomplete gives none,
 * and nothing is joined on a guess. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "typeb_case.h"

#define ENVELOPE "QU FRALLLH\n.LHRLLBA 201200\n"
#define V(n) ".V/1TFRA/PART" n "\n"
#define HEAD ".I/BA0904/20NOV/LHR\n.F/LH0502/20NOV/GRU\n"
#define ONE ".N/0125728001002\n.P/1SMITH/ANN\n"
#define TWO ".N/0125728010001\n.O/LH0700/21NOV/EZE\n.P/1GARCIA/LUIS\n"
#define NEXT_FLIGHT ".F/LH0900/20NOV/OSL\n"
#define THREE ".N/0125728020001\n.P/1BERG/KARI\n"

static struct typeb_case c;

/* Facts without the lines they come from. */
static const char *facts(void)
{
    bw_buf_clear(&c.out);
    for (size_t at = 0; at < c.t.n_messages; at++)
        for (size_t k = 0; k < c.t.messages[at].n_facts; k++) {
            typeb_put_fact(&c.out, &c.t.messages[at].facts[k]);
            bw_buf_printf(&c.out, " id %s", c.t.messages[at].facts[k].ev.event_id);
        }
    return bw_buf_cstr(&c.out);
}

static const char *const parts[] = {
    ENVELOPE "BTM\n" V("1") HEAD ONE "ENDPART1\n",
    /* .I and .F said again, and cut in the middle of a passenger */
    ENVELOPE "BTM\n" V("2") HEAD ".N/0125728010001\nENDPART2\n",
    ENVELOPE "BTM\n" V("3") HEAD ".O/LH0700/21NOV/EZE\n.P/1GARCIA/LUIS\n" NEXT_FLIGHT THREE "ENDBTM\n",
};

/* req: TYB-01 TYB-06 */
static void any_order_of_parts_gives_the_facts_of_one_piece(void **state)
{
    (void)state;
    static const uint8_t orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    char text[1024], expected[2048] = "";
    (void)snprintf(text, sizeof text, "%s", ENVELOPE "BTM\n.V/1TFRA\n" HEAD ONE TWO NEXT_FLIGHT THREE "ENDBTM\n");
    (void)typeb_read(&c, bw_str_c(text));
    assert_int_equal(c.t.n_facts, 4);
    assert_string_equal(c.t.messages[0].facts[2].ev.data.legs[2].flight, "LH700");
    for (size_t k = 0; k < BW_LEN(orders); k++) {
        (void)snprintf(text, sizeof text, "%s%s%s", parts[orders[k][0]], parts[orders[k][1]], parts[orders[k][2]]);
        (void)typeb_read(&c, bw_str_c(text));
        assert_int_equal(c.t.n_messages, 3);
        assert_int_equal(c.t.messages[2].n_facts, 4);
        for (size_t at = 0; at < 3; at++) {
            assert_int_equal(c.t.messages[at].status, BW_TYPEB_USED);
            assert_int_equal(c.t.messages[at].joined_in, 3);
        }
        const struct bw_typeb_fact *garcia = &c.t.messages[2].facts[2];
        assert_string_equal(garcia->ev.ident.value, "0125728010");
        assert_int_equal(garcia->ev.data.n_legs, 3); /* her onward flight stands in another part than her plate */
        assert_string_equal(garcia->inbound, "BA904");
        if (k == 0)
            (void)snprintf(expected, sizeof expected, "%s", facts());
        assert_string_equal(facts(), expected);
    }
}

/* req: TYB-06 */
static void what_is_incomplete_applies_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
    } some[] = {
        { ENVELOPE "BTM\n" V("1") HEAD ONE "ENDPART1\n", "" },
        { ENVELOPE "BTM\n" V("1") HEAD ONE "ENDPART1\n", ENVELOPE "BTM\n" V("3") HEAD THREE "ENDBTM\n" },
        { ENVELOPE "BTM\n" V("1") HEAD ONE "ENDPART1\n", ENVELOPE "BTM\n" V("2") HEAD THREE "ENDPART2\n" },
        { ENVELOPE "BTM\n" V("2") HEAD ONE "ENDBTM\n", ENVELOPE "BTM\n" V("3") HEAD THREE "ENDBTM\n" },
        /* not of one message: another time, another kind, another action, another station */
        { ENVELOPE "BTM\n" V("1") HEAD ONE "ENDPART1\n",
          "QU FRALLLH\n.LHRLLBA 201201\nBTM\n" V("2") HEAD THREE "ENDBTM\n" },
        { ENVELOPE "BSM\n" V("1") HEAD ONE "ENDPART1\n", ENVELOPE "BTM\n" V("2") HEAD THREE "ENDBTM\n" },
        { ENVELOPE "BTM\n" V("1") HEAD ONE "ENDPART1\n", ENVELOPE "BTM\nDEL\n" V("2") HEAD THREE "ENDBTM\n" },
        { ENVELOPE "BTM\n" V("1") HEAD ONE "ENDPART1\n", ENVELOPE "BTM\n.V/1TLHR/PART2\n" HEAD THREE "ENDBTM\n" },
        /* a bare pair of BTMs of different inbound flights */
        { "BTM\n" V("1") HEAD ONE "ENDPART1\n", "BTM\n" V("2") ".I/BA0906/20NOV/LHR\n" NEXT_FLIGHT THREE "ENDBTM\n" },
    };
    char text[1024];
    for (size_t k = 0; k < BW_LEN(some); k++) {
        (void)snprintf(text, sizeof text, "%s%s", some[k].first, some[k].second);
        (void)typeb_read(&c, bw_str_c(text));
        assert_int_equal(c.t.n_facts, 0);
        for (size_t at = 0; at < c.t.n_messages; at++)
            assert_int_equal(c.t.messages[at].status, BW_TYPEB_WAITING_FOR_PARTS);
    }
}

/* A reference holds parts together whose origin times differ.  req: TYB-06 */
static void a_reference_names_the_parts_of_one_message(void **state)
{
    (void)state;
    (void)typeb_read(&c, BW_STR("QU FRALLLH\n.LHRLLBA 201200\nBPM\n.V/1LFRA/PART1/R77\n.F/BA0904/20NOV/LHR\n"
                                ".N/0125728001001\nENDPART1\n"
                                "QU FRALLLH\n.LHRLLBA 201203\nBPM\n.V/1LFRA/PART2/R77\n.N/0125728002001\nENDBPM\n"));
    assert_int_equal(c.t.n_facts, 2);
    assert_string_equal(c.t.messages[1].facts[1].ev.flight, "BA904");
    (void)typeb_read(&c, BW_STR("BPM\n.V/1LFRA/PART1/R77\n.F/BA0904/20NOV/LHR\n.N/0125728001001\nENDPART1\n"
                                "BPM\n.V/1LFRA/PART2/R78\n.N/0125728002001\nENDBPM\n"));
    assert_int_equal(c.t.n_facts, 0);
}

/* req: TYB-06 */
static void parts_sent_twice_count_once_and_the_next_message_is_another(void **state)
{
    (void)state;
#define BARE(n, plate, end) "BSM\n.V/1LFRA/PART" n "\n.F/BA0904/20NOV/LHR\n.N/" plate "001\n" end "\n"
    (void)typeb_read(&c, bw_str_c(BARE("1", "0125728001", "ENDPART1") BARE("1", "0125728001", "ENDPART1")
                                      BARE("2", "0125728002", "ENDBSM") BARE("2", "0125728002", "ENDBSM")));
    assert_int_equal(c.t.n_facts, 2);
    for (size_t at = 0; at < c.t.n_messages; at++)
        assert_int_equal(c.t.messages[at].status, BW_TYPEB_USED);
    (void)typeb_read(&c, bw_str_c(BARE("1", "0125728001", "ENDPART1") BARE("2", "0125728002", "ENDBSM")
                                      BARE("1", "0125728003", "ENDPART1") BARE("2", "0125728004", "ENDBSM")));
    assert_int_equal(c.t.n_facts, 4);
    assert_int_equal(c.t.messages[0].joined_in, 2);
    assert_int_equal(c.t.messages[2].joined_in, 4);
    /* which second part belongs to which first one? */
    (void)typeb_read(&c, bw_str_c(BARE("1", "0125728001", "ENDPART1") BARE("1", "0125728003", "ENDPART1")
                                      BARE("2", "0125728002", "ENDBSM") BARE("2", "0125728004", "ENDBSM")));
    assert_int_equal(c.t.n_facts, 0);
    assert_int_equal(c.t.messages[1].n_faults, 1);
}

/* A cut-off part is unusable by itself, and without it the rest waits.  req: TYB-03 TYB-06 */
static void a_damaged_part_holds_the_whole_back(void **state)
{
    (void)state;
    (void)typeb_read(&c, bw_str_c(BARE("1", "0125728001", ".E/PRIO") BARE("2", "0125728002", "ENDBSM")));
    assert_int_equal(c.t.n_facts, 0);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_UNUSABLE);
    assert_int_equal(c.t.messages[1].status, BW_TYPEB_WAITING_FOR_PARTS);
    /* a faulty element of one part is told, the rest of the whole is used */
    (void)typeb_read(&c, bw_str_c(BARE("1", "012572800", "ENDPART1") BARE("2", "0125728002", "ENDBSM")));
    assert_int_equal(c.t.n_facts, 1);
    assert_int_equal(c.t.messages[1].status, BW_TYPEB_PARTLY_USED);
    assert_int_equal(c.t.messages[1].faults->line, 4);
    (void)typeb_read(&c, bw_str_c(BARE("1", "012572800", "ENDPART1") BARE("2", "012572802", "ENDBSM")));
    assert_int_equal(c.t.n_facts, 0);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_UNUSABLE);
    assert_int_equal(c.t.messages[1].status, BW_TYPEB_UNUSABLE);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_parts_gives_the_facts_of_one_piece),
        cmocka_unit_test(what_is_incomplete_applies_nothing),
        cmocka_unit_test(a_reference_names_the_parts_of_one_message),
        cmocka_unit_test(parts_sent_twice_count_once_and_the_next_message_is_another),
        cmocka_unit_test(a_damaged_part_holds_the_whole_back),
    };
    return cmocka_run_group_tests(tests, open_case, close_case);
}
