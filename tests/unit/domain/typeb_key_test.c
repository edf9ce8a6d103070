/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_key_test.c - event ids bind to origin and text: sent again is the same, other words are another event. */
#include "bw/domain/typeb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "typeb_case.h"

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

#define BODY ".V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728359002\n"
#define ENVELOPE "QU HKGTSXH\n.ISTKMTK 201200\n"
#define BSM "BSM\n" BODY "ENDBSM\n"

static char id_text[BW_EVENT_ID];

/* Id of message `at`'s first fact. */
static const char *id(const char *text, size_t at)
{
    (void)typeb_read(&c, bw_str_c(text));
    assert_true(at < c.t.n_messages && c.t.messages[at].n_facts > 0);
    memcpy(id_text, c.t.messages[at].facts[0].ev.event_id, sizeof id_text);
    return id_text;
}

static void same(const char *a, const char *b, bool expected)
{
    char first[BW_EVENT_ID];
    memcpy(first, id(a, 0), sizeof first);
    assert_int_equal(strcmp(first, id(b, 0)) == 0, expected);
}

/* req: TYB-06 */
static void same_text_from_same_origin_has_the_same_id(void **state)
{
    (void)state;
    same(ENVELOPE BSM, ENVELOPE BSM, true);
    same(ENVELOPE BSM,
         "\001QD LHRLLBA\r\n.ISTKMTK 201200 OTHER TAIL\r\n\002BSM  \r\n.V/1LJFK\r\n.F/BA0178/20NOV/LHR\r\n"
         ".N/0125728359002\r\nENDBSM\r\n\003",
         true);
    same(ENVELOPE BSM, "QU HKGTSXH\n.ISTKMTK 201201\n" BSM, false);
    same(ENVELOPE BSM, "QU HKGTSXH\n.ISTKMTX 201200\n" BSM, false);
    same(ENVELOPE BSM, ENVELOPE "BSM\nCHG\n" BODY "ENDBSM\n", false);
    same(ENVELOPE BSM, ENVELOPE "BTM\n" BODY "ENDBTM\n", false);
    same(ENVELOPE BSM, ENVELOPE "BSM\n" BODY ".Q/1\nENDBSM\n", false);
    same(ENVELOPE "BSM\n" BODY ".Q/1\n.Q/2\nENDBSM\n", ENVELOPE "BSM\n" BODY ".Q/1.Q/2\nENDBSM\n", false);
}

/* req: TYB-06 */
static void without_an_origin_the_day_of_receipt_counts(void **state)
{
    (void)state;
    char first[BW_EVENT_ID];
    memcpy(first, id(BSM, 0), sizeof first);
    c.ctx.received_at = typeb_at("2026-11-20T23:59:59Z");
    assert_string_equal(id(BSM, 0), first);
    c.ctx.received_at = typeb_at("2026-11-21T00:00:00Z");
    assert_string_not_equal(id(BSM, 0), first);
    memcpy(first, id(ENVELOPE BSM, 0), sizeof first);
    c.ctx.received_at = typeb_at("2026-11-20T13:00:00Z");
    assert_string_equal(id(ENVELOPE BSM, 0), first);
    /* an origin line that names no time leaves the day of receipt too */
    memcpy(first, id("QU HKGTSXH\n.ISTKMTK\n" BSM, 0), sizeof first);
    assert_string_equal(id(BSM, 0), first);
}

/* req: TYB-06 */
static void repeats_in_one_request_count_only_after_the_opposite(void **state)
{
    (void)state;
#define DEL "BSM\nDEL\n" BODY "ENDBSM\n"
    char first[BW_EVENT_ID], withdrawn[BW_EVENT_ID];
    static const char text[] = BSM BSM DEL DEL BSM DEL;
    memcpy(first, id(text, 0), sizeof first);
    assert_string_equal(first + 32, ":1");
    assert_string_equal(id(text, 1), first);
    memcpy(withdrawn, id(text, 2), sizeof withdrawn);
    assert_string_equal(id(text, 3), withdrawn);
    assert_string_equal(id(text, 4) + 32, ":2");
    assert_memory_equal(id_text, first, 32);
    assert_string_equal(id(text, 5) + 32, ":2");
    assert_memory_equal(id_text, withdrawn, 32);
    assert_string_equal(id(BSM, 0), first);
}

static void id_fits_what_senders_may_send_and_needs_the_key(void **state)
{
    (void)state;
    const char *text = id(BSM, 0);
    assert_int_equal(strlen(text), 34);
    assert_int_equal(strspn(text, "0123456789abcdef:"), 34);
    assert_string_equal(c.t.messages[0].facts[1].ev.event_id, text);
    char first[BW_EVENT_ID];
    memcpy(first, text, sizeof first);
    c.key.b[31] = 1;
    assert_string_not_equal(id(BSM, 0), first);
    c.key.b[31] = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_text_from_same_origin_has_the_same_id),
        cmocka_unit_test(without_an_origin_the_day_of_receipt_counts),
        cmocka_unit_test(repeats_in_one_request_count_only_after_the_opposite),
        cmocka_unit_test(id_fits_what_senders_may_send_and_needs_the_key),
    };
    return cmocka_run_group_tests(tests, open_case, close_case);
}
