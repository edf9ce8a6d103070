/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_field_test.c - single elements in otherwise whole messages: what is read, what is a fault, and of which line.
 */
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

#define F ".F/BA0178/20NOV/LHR\n"
#define N ".N/0125728359001\n"
#define BSM(elements) typeb_show(&c, "BSM\n" elements "ENDBSM\n")
#define BPM(elements) typeb_show(&c, "BPM\n.V/1LJFK\n" elements "ENDBPM\n")
#define PLATE "plate:0125728359@2026-11-20 "
#define ON "by BA on BA178 2026-11-20"

static void reason_is(const char *reason)
{
    assert_non_null(c.t.messages[0].faults);
    assert_string_equal(c.t.messages[0].faults->reason, reason);
}

/* req: TYB-03 */
static void version_names_station_and_source(void **state)
{
    (void)state;
    assert_string_equal(BSM(".V/1RLHR\n" F N),
                        "BSM new used LHR/R | BAG_EXPECTED " PLATE "untimed " ON " BA178:LHR-LHR");
    assert_string_equal(BSM(".v/1xmad\n" F N),
                        "BSM new used MAD/X | BAG_EXPECTED " PLATE "untimed " ON " BA178:MAD-LHR");
    assert_true(c.t.messages[0].facts[0].ev.flags & BW_FL_UNKNOWN_STATION);
    assert_int_equal(c.t.messages[0].facts[0].ev.data.source_mark, 'X');
    assert_string_equal(BSM(F N), "BSM new unusable  ! 1:V");
    assert_string_equal(BSM(".V/1L\n" F N), "BSM new unusable  ! 2:V");
    assert_string_equal(BSM(".V/LOSL\n" F N), "BSM new unusable  ! 2:V");
    assert_string_equal(BSM(".V/1LOS1\n" F N), "BSM new unusable  ! 2:V");
    assert_string_equal(BSM(".V/1LJFKX\n" F N), "BSM new unusable  ! 2:V");
    assert_string_equal(BSM(".V/1QJFK\n" F N),
                        "BSM new partly_used JFK | BAG_EXPECTED " PLATE "untimed " ON " BA178:JFK-LHR ! 2:V");
    assert_string_equal(BSM(".V/1LJFK\n" F N ".V/1LMAD\n"),
                        "BSM new partly_used JFK/L | BAG_EXPECTED " PLATE "untimed " ON " BA178:JFK-LHR ! 5:V");
}

#define FLIGHT(f) BSM(".V/1LJFK\n.F/" f "\n" N)
#define EXPECTED(ident, rest) "BSM new used JFK/L | BAG_EXPECTED plate:0125728359@" ident " untimed by BA on " rest

/* req: TYB-01 TYB-05 */
static void flights_of_two_and_three_letter_airlines(void **state)
{
    (void)state;
    assert_string_equal(FLIGHT("B2925/20NOV/MSQ/Y"), EXPECTED("2026-11-20", "B2925 2026-11-20 B2925:JFK-MSQ"));
    assert_string_equal(FLIGHT("U2123/20NOV/AMS"), EXPECTED("2026-11-20", "U2123 2026-11-20 U2123:JFK-AMS"));
    assert_string_equal(FLIGHT("DLH0505/21Nov/FRA"), EXPECTED("2026-11-21", "DLH505 2026-11-21 DLH505:JFK-FRA"));
    assert_string_equal(FLIGHT("BA0178A/20nov"), EXPECTED("2026-11-20", "BA178A 2026-11-20 BA178A:JFK-"));
    assert_string_equal(FLIGHT("BA178/20NOV/L"),
                        "BSM new partly_used JFK/L | BAG_EXPECTED " PLATE "untimed " ON " BA178:JFK- ! 3:F");
    assert_string_equal(FLIGHT("BA/20NOV/LHR"), "BSM new unusable JFK/L ! 3:F ! 4:N");
    assert_string_equal(FLIGHT("BA178//LHR"), "BSM new unusable JFK/L ! 3:F ! 4:N");
    assert_string_equal(FLIGHT("BA178/29FEB/LHR"), "BSM new unusable JFK/L ! 3:F ! 4:N");
    assert_string_equal(FLIGHT("BA1234567/20NOV/LHR"), "BSM new unusable JFK/L ! 3:F ! 4:N");
}

/* req: TYB-01 */
static void date_of_an_unknown_flight_is_that_of_the_inbound_one(void **state)
{
    (void)state;
    assert_string_equal(BSM(".V/1XLHR\n.I/BA0178/20NOV/JFK\n" N),
                        "BSM new used LHR/X | BAG_EXPECTED " PLATE "untimed " ON " BA178:JFK-LHR");
    assert_string_equal(BSM(".V/1LJFK\n" N), "BSM new used JFK/L | BAG_EXPECTED plate:0125728359 untimed by BA");
}

#define TAGS(n) BSM(".V/1LJFK\n" F ".N/" n "\n")

/* req: TYB-01 TYB-03 */
static void tag_details_are_never_guessed_at(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "02207501805003", "012572835901", "0125728359", "BA728359001", "0125728359 01", "0125728359000", ""
    };
    for (size_t at = 0; at < BW_LEN(bad); at++) {
        char text[128];
        assert_true(snprintf(text, sizeof text, "BSM\n.V/1LJFK\n" F ".N/%s\nENDBSM\n", bad[at]) > 0);
        assert_string_equal(typeb_show(&c, text), "BSM new unusable JFK/L ! 4:N");
    }
    assert_string_equal(TAGS("0000000000001"), "BSM new unusable JFK/L ! 4:N");
    reason_is("0000000000 stands for a tag that could not be read and names no bag");
    assert_string_equal(BSM(".V/1LJFK\n" F ".N/1\n" N),
                        "BSM new partly_used JFK/L | BAG_EXPECTED " PLATE "untimed " ON " BA178:JFK-LHR ! 4:N");
    assert_true(c.t.messages[0].facts[0].ev.flags & BW_FL_FAULTY_PARTS);
}

/* req: TYB-08 */
static void serial_ranges_end_with_their_issuer(void **state)
{
    (void)state;
    assert_string_equal(TAGS("0125999998003"), "BSM new unusable JFK/L ! 4:N");
    reason_is("the plates would run on into those of another issuer");
    (void)TAGS("0125999998002");
    assert_int_equal(c.t.n_facts, 2);
    assert_string_equal(c.t.messages[0].facts[1].ev.ident.value, "0125999999");
    (void)TAGS("0125099999002");
    assert_string_equal(c.t.messages[0].facts[1].ev.ident.value, "0125100000");
    (void)TAGS("0000000001002");
    assert_string_equal(c.t.messages[0].facts[1].ev.ident.value, "0000000002");
    (void)TAGS("2125000001999");
    assert_int_equal(c.t.n_facts, 999);
    assert_int_equal(c.t.messages[0].facts[998].ev.ident.kind, BW_IDENT_RUSH);
    assert_string_equal(c.t.messages[0].facts[998].ev.ident.value, "2125000999");
}

/* req: TYB-07 */
static void unknown_issuers_carriers_and_elements_are_accepted(void **state)
{
    (void)state;
    (void)BSM(".V/1LJFK\n.F/QQ12/20NOV/LHR\n.N/0999000001001\n.Z/x y/z\n.K\n");
    const struct bw_typeb_message *m = &c.t.messages[0];
    assert_int_equal(m->status, BW_TYPEB_USED);
    assert_int_equal(m->facts[0].ev.flags, BW_FL_UNTIMED | BW_FL_UNKNOWN_ISSUER | BW_FL_UNKNOWN_CARRIER);
    assert_int_equal(m->n_elements, 5);
    assert_true(bw_str_eq_c(m->elements[3].text, ".Z/x y/z"));
    assert_int_equal(m->elements[4].letter, 'K');
    assert_string_equal(BSM(".V/1LJFK\n" F N),
                        "BSM new used JFK/L | BAG_EXPECTED " PLATE "untimed " ON " BA178:JFK-LHR");
    assert_int_equal(c.t.messages[0].facts[0].ev.flags &
                         (BW_FL_UNKNOWN_ISSUER | BW_FL_UNKNOWN_CARRIER | BW_FL_UNKNOWN_STATION),
                     0);
}

#define SCAN(fields) BPM(F N ".J/" fields "\n")
#define SEEN "BPM new used JFK/L | BAG_SEEN " PLATE

/* req: TYB-05 */
static void scan_times_local_utc_and_unknown(void **state)
{
    (void)state;
    assert_string_equal(SCAN("H///20NOV/0729L/B12"), SEEN "2026-11-20T07:29:00-05:00 " ON " at B12");
    assert_string_equal(SCAN("H///20NOV/072930"), SEEN "2026-11-20T07:29:30-05:00 " ON);
    assert_string_equal(SCAN("H///20NOV/122930Z"), SEEN "2026-11-20T12:29:30+00:00 " ON);
    assert_int_equal(c.t.messages[0].facts[0].ev.time_kind, BW_T_SCAN);
    assert_string_equal(SCAN("H///20NOV//B12"), SEEN "untimed " ON " at B12");
    assert_string_equal(SCAN("H"), SEEN "untimed " ON);
    assert_true(c.t.messages[0].facts[0].ev.flags & BW_FL_UNTIMED);
    assert_int_equal(c.t.messages[0].facts[0].ev.time_kind, BW_T_DAY);
    assert_string_equal(SCAN("S////0729L"), "BPM new partly_used JFK/L | BAG_SEEN " PLATE "untimed " ON " ! 5:J");
    assert_string_equal(SCAN("S///20NOV/2529L"), "BPM new partly_used JFK/L | BAG_SEEN " PLATE "untimed " ON " ! 5:J");
}

/* req: TYB-05 ING-09 */
static void scans_ahead_of_their_telegram_are_not_believed(void **state)
{
    (void)state;
    c.ctx.received_at = typeb_at("2026-11-20T12:30:00Z");
    assert_string_equal(SCAN("H///20NOV/0732L"), SEEN "2026-11-20T07:32:00-05:00 " ON);
    assert_string_equal(SCAN("H///20NOV/073201L"), "BPM new unusable JFK/L ! 4:N ! 5:J");
    c.ctx.received_at = typeb_at("2026-11-20T13:00:00Z");
}

/* req: TYB-05 */
static void clock_changes_are_flagged(void **state)
{
    (void)state;
    c.ctx.received_at = typeb_at("2026-11-02T00:00:00Z");
    (void)BPM(".F/BA0178/01NOV/LHR\n" N ".J/H///01NOV/013000L\n");
    assert_int_equal(c.t.messages[0].facts[0].ev.occurred_at, typeb_at("2026-11-01T05:30:00Z"));
    assert_true(c.t.messages[0].facts[0].ev.flags & BW_FL_DST_FOLD);
    assert_int_equal(c.t.messages[0].facts[0].ev.offset_min, -240);
    c.ctx.received_at = typeb_at("2026-03-09T00:00:00Z");
    (void)BPM(".F/BA0178/08MAR/LHR\n" N ".J/H///08MAR/023000L\n");
    assert_int_equal(c.t.messages[0].facts[0].ev.occurred_at, typeb_at("2026-03-08T07:30:00Z"));
    assert_true(c.t.messages[0].facts[0].ev.flags & BW_FL_DST_GAP);
    c.ctx.received_at = typeb_at("2026-11-20T13:00:00Z");
}

/* req: TYB-05 */
static void local_time_without_a_zone_is_no_time(void **state)
{
    (void)state;
    assert_string_equal(typeb_show(&c, "BPM\n.V/1LQQQ\n" F N ".J/S///20NOV/0729L\nENDBPM\n"),
                        "BPM new partly_used QQQ/L | BAG_SEEN " PLATE "untimed " ON " ! 5:J");
    assert_string_equal(typeb_show(&c, "BPM\n.V/1LNOZ\n" F N ".J/S///20NOV/0729L\nENDBPM\n"),
                        "BPM new partly_used NOZ/L | BAG_SEEN " PLATE "untimed " ON " ! 5:J");
    assert_string_equal(typeb_show(&c, "BPM\n.V/1LQQQ\n" F N ".J/S///20NOV/0729Z\nENDBPM\n"),
                        "BPM new used QQQ/L | BAG_SORTED " PLATE "2026-11-20T07:29:00+00:00 " ON);
}

static void odd_words_are_remarked_on_and_dropped(void **state)
{
    (void)state;
    assert_string_equal(SCAN("Q///20NOV/0729L/B12"), SEEN "2026-11-20T07:29:00-05:00 " ON " at B12 ? 5:J");
    assert_string_equal(SCAN("H/////0123456789012345678901234567890123456789"),
                        SEEN "untimed " ON " at 0123456789012345678901234567890123456789");
    assert_string_equal(SCAN("H/////0123456789012345678901234567890123456789X"), SEEN "untimed " ON " ? 5:J");
    assert_string_equal(SCAN("H/////B\x81"
                             "12"),
                        SEEN "untimed " ON " ? 5:J");
    assert_string_equal(BPM(F ".B/LOST/0125728359001\n"), "BPM new unusable JFK/L ! 4:B");
    assert_string_equal(BPM(F N ".X//MAYBE\n"), "BPM new partly_used JFK/L | BAG_SEEN " PLATE "untimed " ON " ! 5:X");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_names_station_and_source),
        cmocka_unit_test(flights_of_two_and_three_letter_airlines),
        cmocka_unit_test(date_of_an_unknown_flight_is_that_of_the_inbound_one),
        cmocka_unit_test(tag_details_are_never_guessed_at),
        cmocka_unit_test(serial_ranges_end_with_their_issuer),
        cmocka_unit_test(unknown_issuers_carriers_and_elements_are_accepted),
        cmocka_unit_test(scan_times_local_utc_and_unknown),
        cmocka_unit_test(scans_ahead_of_their_telegram_are_not_believed),
        cmocka_unit_test(clock_changes_are_flagged),
        cmocka_unit_test(local_time_without_a_zone_is_no_time),
        cmocka_unit_test(odd_words_are_remarked_on_and_dropped),
    };
    return cmocka_run_group_tests(tests, open_case, close_case);
}
