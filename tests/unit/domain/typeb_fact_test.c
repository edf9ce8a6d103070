/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_fact_test.c - precedence of codes, who speaks, who belongs to whom, and what never becomes a column. */
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
#define J ".J/S///20NOV/0729L/B12\n"

static enum bw_event_code code(const char *text)
{
    (void)typeb_read(&c, bw_str_c(text));
    assert_int_equal(c.t.n_messages, 1);
    return c.t.n_facts == 1 ? c.t.messages[0].facts[0].ev.code : BW_EV_NONE;
}

#define CODE(smi, elements) code(smi "\n.V/1LJFK\n" F elements "END" smi "\n")

/* req: TYB-02 */
static void first_matching_rule_decides(void **state)
{
    (void)state;
    assert_int_equal(CODE("BPM", N ".B/OFF\n.U/AKE1BA\n.X//CLR\n" J), BW_EV_BAG_OFFLOADED);
    assert_int_equal(CODE("BPM", N ".U/AKE1BA\n.X//CLR\n" J), BW_EV_BAG_LOADED);
    assert_int_equal(CODE("BPM", N ".X//CLR\n" J), BW_EV_BAG_SCREENED);
    assert_int_equal(CODE("BPM", N J), BW_EV_BAG_SORTED);
    assert_int_equal(CODE("BPM", N ".J/R///20NOV/0729L\n"), BW_EV_BAG_SEEN);
    assert_int_equal(CODE("BPM", N ".J/G\n"), BW_EV_BAG_SEEN);
    assert_int_equal(CODE("BPM", N ".G/20NOV1800/20NOV2000/1 EXAMPLE ROAD\n"), BW_EV_BAG_SEEN);
    assert_int_equal(CODE("BPM", N ".U/////\n"), BW_EV_BAG_SEEN);
    assert_int_equal(CODE("BPM", N ".X/XRAY\n"), BW_EV_BAG_SEEN);
    assert_int_equal(code("BPM\nDEL\n.V/1LJFK\n" F N ".U/AKE1BA\nENDBPM\n"), BW_EV_DATA_WITHDRAWN);
}

/* req: TYB-02 */
static void irregularities(void **state)
{
    (void)state;
    assert_int_equal(CODE("BPM", ".B/OFF/0125728359001\n"), BW_EV_BAG_OFFLOADED);
    assert_int_equal(CODE("BPM", ".B/NAL/0125728359001\n"), BW_EV_BAG_NOT_LOADED);
    assert_string_equal(c.t.messages[0].facts[0].ev.reason, "NAL");
    assert_int_equal(CODE("BPM", ".B/OND/0125728359001\n"), BW_EV_BAG_NOT_LOADED);
    assert_int_equal(CODE("BPM", ".B/ona/0125728359001\n"), BW_EV_BAG_NOT_LOADED);
    assert_int_equal(CODE("BPM", ".B/UNS/0125728359001\n"), BW_EV_BAG_NOT_SEEN);
    assert_false(bw_code_row(BW_EV_BAG_NOT_SEEN)->flags & BW_CF_SIGHTING);
}

/* req: TYB-02 */
static void forecasts_orders_and_talk_are_no_sightings(void **state)
{
    (void)state;
    assert_int_equal(CODE("BSM", N ".B/OFF\n.U/AKE1BA\n.X//CLR\n" J), BW_EV_BAG_EXPECTED);
    assert_true(c.t.messages[0].facts[0].ev.flags & BW_FL_UNTIMED);
    assert_int_equal(CODE("BTM", N J), BW_EV_BAG_EXPECTED);
    assert_int_equal(CODE("BNS", N J), BW_EV_BAG_NOT_SEEN);
    assert_int_equal(c.t.messages[0].facts[0].ev.occurred_at, typeb_at("2026-11-20T12:29:00Z"));
    assert_int_equal(CODE("BUM", N ".B/OFF\n.U/AKE1BA\n"), BW_EV_UNLOAD_ORDERED);
    assert_int_equal(CODE("BCM", N), BW_EV_NONE);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_NOT_A_BAG_MESSAGE);
    assert_int_equal(CODE("BRQ", ".N/0125728359\n.M/0125728359/RFID/E2003412\n"), BW_EV_NONE);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_NOT_A_BAG_MESSAGE);
    assert_null(c.t.messages[0].faults);
    const enum bw_event_code weak[] = { BW_EV_BAG_EXPECTED, BW_EV_BAG_NOT_SEEN, BW_EV_UNLOAD_ORDERED,
                                        BW_EV_DATA_WITHDRAWN };
    for (size_t at = 0; at < BW_LEN(weak); at++) {
        assert_false(bw_code_row(weak[at])->flags & BW_CF_SIGHTING);
        assert_int_equal(bw_code_row(weak[at])->hold, BW_HOLD_KEEP);
    }
}

static void manifests_say_only_what_their_elements_say(void **state)
{
    (void)state;
    assert_int_equal(CODE("BMM", N ".U/AKE1BA\n"), BW_EV_BAG_LOADED);
    assert_string_equal(typeb_show(&c, "BMM\n.V/1LJFK\n" F N "ENDBMM\n"), "BMM new unusable JFK/L ! 4:N");
}

/* req: TYB-02 */
static void every_code_may_come_from_a_telegram_and_has_what_it_needs(void **state)
{
    (void)state;
    assert_int_equal(code("BPM\n.V/1LJFK\n" N ".U/AKE1BA\nENDBPM\n"), BW_EV_NONE);
    assert_string_equal(typeb_line(&c, &c.t.messages[0]), "BPM new unusable JFK/L ! 3:N");
    assert_int_equal(code("BPM\n.V/1LJFK\n.F/BA0178/99NOV/LHR\n" N J "ENDBPM\n"), BW_EV_BAG_SORTED);
    assert_string_equal(typeb_line(&c, &c.t.messages[0]), "BPM new partly_used JFK/L | BAG_SORTED plate:0125728359 "
                                                          "2026-11-20T07:29:00-05:00 by BA at B12 ! 3:F");
}

static const char *speaker(const char *mandate, const char *text)
{
    typeb_mandate(&c, mandate);
    (void)typeb_read(&c, bw_str_c(text));
    typeb_mandate(&c, "BA");
    return c.t.n_facts > 0 ? c.t.messages[0].facts[0].ev.carrier : "";
}

static void carrier_of_the_flight_speaks_where_the_key_may(void **state)
{
    (void)state;
    static const char bpm[] = "BPM\n.V/1LLHR\n.I/BA0178/20NOV/JFK\n.F/IB3167/20NOV/MAD\n" N "ENDBPM\n";
    static const char btm[] = "BTM\n.V/1TLHR\n.I/BA0178/20NOV/JFK\n.F/IB3167/20NOV/MAD\n" N "ENDBTM\n";
    assert_string_equal(speaker("IB", bpm), "IB");
    assert_string_equal(speaker("IB BA", bpm), "IB");
    assert_string_equal(speaker("IB BA", btm), "BA");
    assert_string_equal(speaker("IB LH", btm), "IB");
    assert_string_equal(speaker("LH", bpm), "LH");
    assert_string_equal(speaker("BA LH", bpm), "");
    assert_string_equal(typeb_line(&c, &c.t.messages[0]), "BPM new unusable LHR/L ! 5:N");
    assert_string_equal(speaker("", bpm), "");
    assert_string_equal(speaker("BA IB", "BSM\n.V/1XLHR\n.I/BA0178/20NOV/JFK\n" N "ENDBSM\n"), "BA");
}

/* req: TYB-01 */
static void groups_keep_their_own_flights_and_scans(void **state)
{
    (void)state;
    (void)typeb_read(&c, BW_STR("BPM\n.V/1LJFK\n.J/S///20NOV/0700L/HEAD\n" F
                                ".N/0125000001001\n.P/ONE/A\n.N/0125000002001\n"
                                ".J/H///20NOV/0710L/OWN\n.N/0125000003001\n.P/TWO/B\n.F/BA0114/20NOV/LHR\n.U/AKE2BA\n"
                                ".N/0125000004001\n.X//REJ\nENDBPM\n"));
    assert_string_equal(
        typeb_line(&c, &c.t.messages[0]),
        "BPM new used JFK/L"
        " | BAG_SORTED plate:0125000001@2026-11-20 2026-11-20T07:00:00-05:00 by BA on BA178 2026-11-20 at HEAD"
        " | BAG_SEEN plate:0125000002@2026-11-20 2026-11-20T07:10:00-05:00 by BA on BA178 2026-11-20 at OWN"
        " | BAG_SEEN plate:0125000003@2026-11-20 2026-11-20T07:10:00-05:00 by BA on BA178 2026-11-20 at OWN"
        " | BAG_LOADED plate:0125000004@2026-11-20 2026-11-20T07:00:00-05:00 by BA on BA114 2026-11-20 at HEAD");
    const struct bw_typeb_fact *f = c.t.messages[0].facts;
    assert_int_equal(f[0].ev.raw_first, 3);
    assert_int_equal(f[0].ev.raw_last, 6);
    assert_int_equal(f[1].ev.raw_first, 7);
    assert_int_equal(f[2].ev.raw_last, 10);
    assert_int_equal(f[3].ev.raw_first, 11);
    assert_int_equal(f[3].ev.raw_last, 14);
}

/* req: TYB-01 */
static void scans_stand_behind_their_own_plates(void **state)
{
    (void)state;
    (void)typeb_read(&c, BW_STR("BPM\n.V/1LJFK\n" F ".N/0125000001001\n.J/S/////A1\n.N/0125000002001\n.J/S/////A2\n"
                                ".N/0125000003001\n.J/H/////A3\n.J/S/////A4\nENDBPM\n"));
    assert_int_equal(c.t.n_facts, 3);
    const struct bw_typeb_message *m = &c.t.messages[0];
    assert_string_equal(m->facts[0].ev.place, "A1");
    assert_string_equal(m->facts[1].ev.place, "A2");
    assert_string_equal(m->facts[2].ev.place, "A3");
    assert_int_equal(m->status, BW_TYPEB_USED);
    assert_int_equal(m->faults->line, 10);
    assert_false(m->faults->lost);
}

/* req: TYB-01 */
static void inbound_flight_of_a_btm_lasts_until_the_next(void **state)
{
    (void)state;
    (void)typeb_read(&c, BW_STR("BTM\n.V/1TLHR\n.I/BA0178/20NOV/JFK\n.F/IB3167/20NOV/MAD\n.N/0125000001001\n.O/IB0400/"
                                "21NOV/LPA\n"
                                ".P/ONE/A\n.F/BA0462/20NOV/BCN\n.N/0125000002001\n.E/RUSH\n.N/0125000003001\n.P/TWO/B\n"
                                ".I/BA0112/20NOV/BOS\n.F/IB3167/20NOV/MAD\n.N/0125000004001\nENDBTM\n"));
    assert_string_equal(
        typeb_line(&c, &c.t.messages[0]),
        "BTM new used LHR/T"
        " | BAG_EXPECTED plate:0125000001@2026-11-20 untimed by BA on IB3167 2026-11-20 BA178:JFK-LHR IB3167:LHR-MAD "
        "IB400:MAD-LPA"
        " | BAG_EXPECTED plate:0125000002@2026-11-20 untimed by BA on BA462 2026-11-20 BA178:JFK-LHR BA462:LHR-BCN rush"
        " | BAG_EXPECTED plate:0125000003@2026-11-20 untimed by BA on BA462 2026-11-20 BA178:JFK-LHR BA462:LHR-BCN"
        " | BAG_EXPECTED plate:0125000004@2026-11-20 untimed by BA on IB3167 2026-11-20 BA112:BOS-LHR IB3167:LHR-MAD");
    assert_int_equal(c.t.messages[0].facts[3].ev.raw_first, 13);
}

/* req: TYB-01 */
static void inbound_flight_elsewhere_belongs_to_its_group(void **state)
{
    (void)state;
    (void)typeb_read(&c,
                     BW_STR("BSM\n.V/1TLHR\n.F/IB3167/20NOV/MAD\n.I/BA0178/20NOV/JFK\n.N/0125000001001\n.P/ONE/A\n"
                            ".N/0125000002001\n.I/BA0112/20NOV/BOS\n.P/TWO/B\n.F/IB3167/20NOV/MAD\n.N/0125000003001\n"
                            "ENDBSM\n"));
    assert_int_equal(c.t.n_facts, 3);
    const struct bw_typeb_fact *f = c.t.messages[0].facts;
    assert_string_equal(f[0].ev.data.legs[0].flight, "BA178");
    assert_string_equal(f[1].ev.data.legs[0].flight, "BA112");
    assert_int_equal(f[2].ev.data.n_legs, 1);
    assert_string_equal(f[2].ev.data.legs[0].flight, "IB3167");
}

static void journeys_end_after_eight_flights(void **state)
{
    (void)state;
    (void)typeb_read(&c, BW_STR("BSM\n.V/1LJFK\n" F
                                ".O/BA1/20NOV/AAA\n.O/BA2/20NOV/AAB\n.O/BA3/20NOV/AAC\n.O/BA4/20NOV/AAD\n"
                                ".O/BA5/20NOV/AAE\n.O/BA6/20NOV/AAF\n.O/BA7/20NOV/AAG\n" N "ENDBSM\n"));
    assert_int_equal(c.t.messages[0].facts[0].ev.data.n_legs, 8);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_USED);
    assert_string_equal(c.t.messages[0].facts[0].ev.data.legs[7].from, "AAF");
    (void)typeb_read(&c,
                     BW_STR("BSM\n.V/1LJFK\n" F
                            ".O/BA1/20NOV/AAA\n.O/BA2/20NOV/AAB\n.O/BA3/20NOV/AAC\n.O/BA4/20NOV/AAD\n"
                            ".O/BA5/20NOV/AAE\n.O/BA6/20NOV/AAF\n.O/BA7/20NOV/AAG\n" N ".O/BA8/20NOV/AAH\nENDBSM\n"));
    assert_int_equal(c.t.messages[0].facts[0].ev.data.n_legs, 8);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_PARTLY_USED);
}

/* req: TYB-01 */
static void plate_named_twice_gives_one_fact(void **state)
{
    (void)state;
    assert_string_equal(typeb_show(&c, "BPM\n.V/1LJFK\n" F N ".B/OFF/0125728359001\nENDBPM\n"),
                        "BPM new used JFK/L | BAG_OFFLOADED plate:0125728359@2026-11-20 untimed by BA on BA178 "
                        "2026-11-20 for OFF");
    assert_string_equal(typeb_show(&c, "BPM\n.V/1LJFK\n" F ".B/OFF/0125728359001\n" N "ENDBPM\n"),
                        "BPM new used JFK/L | BAG_OFFLOADED plate:0125728359@2026-11-20 untimed by BA on BA178 "
                        "2026-11-20 for OFF");
    assert_string_equal(typeb_show(&c, "BPM\n.V/1LJFK\n" F N ".P/ONE\n" N "ENDBPM\n"),
                        "BPM new partly_used JFK/L | BAG_SEEN plate:0125728359@2026-11-20 untimed by BA on BA178 "
                        "2026-11-20 ! 6:N");
    (void)typeb_read(&c, BW_STR("BSM\n.V/1LJFK\n" F N ".F/BA0178/21NOV/LHR\n" N "ENDBSM\n"));
    assert_int_equal(c.t.n_facts, 2);
    assert_int_equal(c.t.messages[0].status, BW_TYPEB_USED);
}

/* req: TYB-11 */
static void private_elements_never_become_columns(void **state)
{
    (void)state;
    (void)typeb_read(&c,
                     BW_STR(
                         "BPM\n.V/1LJFK\n.J/H/AGENTSECRET/SCANNERSECRET/20NOV/0729L/B12/TOSECRET\n" F N
                         ".P/SECRET/NAME\n.L/SECRET\n.Y/SECRET\n.C/SECRET\n.R/SECRET\n.G/SECRET\n.M/SECRET\n.Z/SECRET\n"
                         ".X//CLR///SECRET/SECRET\n.U/AKESECRET\n.D/SECRET\nENDBPM\n"));
    assert_int_equal(c.t.n_facts, 1);
    const struct bw_event *ev = &c.t.messages[0].facts[0].ev;
    assert_null(memmem(ev, sizeof *ev, "SECRET", 6));
    assert_string_equal(ev->sender, "ground");
    assert_int_equal(ev->source, BW_SRC_TYPEB);
    assert_int_equal(ev->private_body.n, 0);
    for (const struct bw_typeb_fault *f = c.t.messages[0].faults; f; f = f->next)
        assert_null(strstr(f->reason, "SECRET"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_matching_rule_decides),
        cmocka_unit_test(irregularities),
        cmocka_unit_test(forecasts_orders_and_talk_are_no_sightings),
        cmocka_unit_test(manifests_say_only_what_their_elements_say),
        cmocka_unit_test(every_code_may_come_from_a_telegram_and_has_what_it_needs),
        cmocka_unit_test(carrier_of_the_flight_speaks_where_the_key_may),
        cmocka_unit_test(groups_keep_their_own_flights_and_scans),
        cmocka_unit_test(scans_stand_behind_their_own_plates),
        cmocka_unit_test(inbound_flight_of_a_btm_lasts_until_the_next),
        cmocka_unit_test(inbound_flight_elsewhere_belongs_to_its_group),
        cmocka_unit_test(journeys_end_after_eight_flights),
        cmocka_unit_test(plate_named_twice_gives_one_fact),
        cmocka_unit_test(private_elements_never_become_columns),
    };
    return cmocka_run_group_tests(tests, open_case, close_case);
}
