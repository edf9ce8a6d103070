/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_forty_more_test.c - forty more telegrams, of edges that the first forty do not touch: tails of the origin line,
 * parts and versions of .V, limits of flight fields, half a year before and behind, days that begin elsewhere, scans
 * without a time or a date, irregularities with counts, journeys whose middle is missing.  Written from domain.md 2 and
 * TYB-01 to TYB-08 before the tests there were read.  One line a message, as typeb_case.h shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "typeb_case.h"

#define NOW "2026-11-20T13:00:00Z"
#define NIL " untimed by BA on BA178 2026-11-20"
#define F178 ".F/BA0178/20NOV/LHR\n"
#define JFK_LHR " BA178:JFK-LHR"
#define P1 "plate:0125400001@2026-11-20"
#define P2 "plate:0125400002@2026-11-20"
#define P3 "plate:0125400003@2026-11-20"
#define N1 ".N/0125400001001\n"
#define N2 ".N/0125400002001\n"
#define N3 ".N/0125400003001\n"
#define ONE "BSM\n.V/1LJFK\n" F178 N1 "ENDBSM\n"
#define ONE_GIVES "BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR

static const struct telegram {
    const char *why, *received, *mandate, *text, *expected;
} forty[] = {
    /* --- frame and envelope (2.2, 2.5) --- */
    { "the last line needs no end of its own", NOW, "BA", "BSM\n.V/1LJFK\n" F178 N1 "ENDBSM", ONE_GIVES },
    { "ETX right behind the end", NOW, "BA", "\002BSM\r\n.V/1LJFK\r\n.F/BA0178/20NOV/LHR\r\n" N1 "ENDBSM\003",
      ONE_GIVES },
    { "empty lines before the identifier", NOW, "BA", "\r\n\r\n" ONE, ONE_GIVES },
    { "addresses on lines of their own; the day-time is followed by a sequence", NOW, "BA",
      "QD JFKLLBA\nLHRLLBA FRALLLH\nMADLLIB\n.LHRBABA 201155/AMAMQ\n" ONE, "LHRBABA 201155: " ONE_GIVES },
    { "a signature before the day-time", NOW, "BA", "QU JFKLLBA\n.PEKKMCA HB/201223\n" ONE,
      "PEKKMCA 201223: " ONE_GIVES },
    { "a month and year behind the day-time", NOW, "BA", "QU JFKLLBA\n.HDQOPTG 200133/NOV26\n" ONE,
      "HDQOPTG 200133: " ONE_GIVES },
    { "an origin that names no time", NOW, "BA", "QU JFKLLBA\n.LHRBABA\n" ONE, "LHRBABA : " ONE_GIVES },
    /* --- .V (2.3) --- */
    { "reference, request for acknowledgement and encryption are fields of their own", NOW, "BA",
      "BSM\n.V/1LJFK//REF1234567/A/123ABC456Z\n" F178 N1 "ENDBSM\n", ONE_GIVES },
    { "remote check-in, with where it was", NOW, "BA",
      "BSM\n.V/1RJFK\n" F178 N1 ".D/HTL/HILTON/20NOV/0610L/BUS/77\nENDBSM\n",
      "BSM new used JFK/R | BAG_EXPECTED " P1 NIL JFK_LHR },
    { "a source that is none of L, T, X and R is told; where it is is plain, so the rest is used", NOW, "BA",
      "BSM\n.V/1QJFK\n" F178 N1 "ENDBSM\n",
      "BSM new partly_used JFK | BAG_EXPECTED " P1 NIL JFK_LHR " ! 2:V +faulty_parts" },
    { "PART2 that ends as part 1 is refused whole", NOW, "BA",
      "BTM\n.V/1TJFK/PART2\n.I/BA0904/20NOV/LHR\n" F178 N1 "ENDPART1\n", "BTM new unusable JFK/T ! 6:" },
    { "there is no part 100", NOW, "BA", "BTM\n.V/1TJFK/PART100\n.I/BA0904/20NOV/LHR\n" F178 N1 "ENDPART100\n",
      "BTM new unusable JFK/T ! 2:V" },
    /* --- flights (2.3) --- */
    { "a number of five digits, and leading noughts", NOW, "BA IB",
      "BSM\n.V/1LJFK\n.F/BA12345/20NOV/LHR\n" N1 ".P/A\n.F/IB0005/20NOV/FRA\n" N2 ".P/B\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED " P1 " untimed by BA on BA12345 2026-11-20 BA12345:JFK-LHR | BAG_EXPECTED " P2
      " untimed by IB on IB5 2026-11-20 IB5:JFK-FRA" },
    { "six digits, or two letters behind them, are no flight", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA123456/20NOV/LHR\n" N1 ".P/A\n.F/BA178AB/20NOV/LHR\n" N2 ".P/B\n" F178 N3 ".P/C\nENDBSM\n",
      "BSM new partly_used JFK/L | BAG_EXPECTED " P3 NIL JFK_LHR " ! 3:F ! 4:N ! 6:F ! 7:N +faulty_parts" },
    { "a code that begins with a digit", NOW, "BA", "BSM\n.V/1LJFK\n" F178 N1 ".O/3U8881/21NOV/CTU\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR " 3U8881:LHR-CTU" },
    { "onward legs in the order of travel, each from where the one before arrives", NOW, "BA",
      "BSM\n.V/1LJFK\n" F178 N1 ".O/BA0902/20NOV/FRA/C\n.O/LH0880/21NOV/OSL\n.O/SK4416/21NOV/TOS\n.P/A\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR " BA902:LHR-FRA LH880:FRA-OSL SK4416:OSL-TOS" },
    { "a BTM with onward legs", NOW, "BA",
      "BTM\n.V/1TLHR\n.I/BA0178/20NOV/JFK\n.F/IB3167/20NOV/MAD\n" N1 ".W/K/1/20\n.O/IB8702/20NOV/VLC\n.P/A\nENDBTM\n",
      "BTM new used LHR/T | BAG_EXPECTED " P1 " untimed by BA on IB3167 2026-11-20 BA178:JFK-LHR IB3167:LHR-MAD "
      "IB8702:MAD-VLC" },
    /* --- dates (2.4) --- */
    { "half a year, less a day: the last of December before it is nearer than the next", "2026-07-01T00:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/31DEC/LHR\n" N1 "ENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED plate:0125400001@2025-12-31 untimed by BA on BA178 2025-12-31 BA178:JFK-LHR" },
    { "a day later the next is nearer", "2026-07-03T00:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/31DEC/LHR\n" N1 "ENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED plate:0125400001@2026-12-31 untimed by BA on BA178 2026-12-31 BA178:JFK-LHR" },
    { "29 February, half a year behind", "2028-08-20T08:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/29FEB/LHR\n" N1 "ENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED plate:0125400001@2028-02-29 untimed by BA on BA178 2028-02-29 BA178:JFK-LHR" },
    { "29 February, more than half a year from any", "2028-09-20T08:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/29FEB/LHR\n" N1 "ENDBSM\n", "BSM new unusable JFK/L ! 3:F ! 4:N" },
    { "a day of nought, of one digit, of a month that is written out", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/00NOV/LHR\n" N1 ".P/A\n.F/BA0178/9NOV/LHR\n" N2 ".P/B\n.F/BA0178/20NOVEMBER/LHR\n" N3
      "ENDBSM\n",
      "BSM new unusable JFK/L ! 3:F ! 4:N ! 6:F ! 7:N ! 9:F ! 10:N" },
    /* --- times (2.4) --- */
    { "a scan of tomorrow, where tomorrow has begun", "2026-11-20T17:00:00Z", "BA",
      "BPM\n.V/1LHKG\n.J/S///21NOV/0030L/B4\n.F/BA0028/21NOV/LHR\n" N1 "ENDBPM\n",
      "BPM new used HKG/L | BAG_SORTED plate:0125400001@2026-11-21 2026-11-21T00:30:00+08:00 by BA on BA28 2026-11-21"
      " at B4" },
    { "the last second of a day", "2026-11-20T23:10:00Z", "SK",
      "BPM\n.V/1LOSL\n.J/S///20NOV/235959L/B4\n.F/SK4416/21NOV/TOS\n.N/0117400001001\nENDBPM\n",
      "BPM new used OSL/L | BAG_SORTED plate:0117400001@2026-11-21 2026-11-20T23:59:59+01:00 by SK on SK4416 2026-11-21"
      " at B4" },
    { "a scan that names no time has none", NOW, "BA", "BPM\n.V/1LJFK\n.J/S///20NOV//B12\n" F178 N1 "ENDBPM\n",
      "BPM new used JFK/L | BAG_SORTED " P1 NIL " at B12" },
    { "a minute that does not exist is told, and no other is put in its place", NOW, "BA",
      "BPM\n.V/1LJFK\n.J/S///20NOV/0761L/B12\n" F178 N1 "ENDBPM\n",
      "BPM new partly_used JFK/L | BAG_SEEN " P1 NIL " ! 3:J +faulty_parts" },
    /* --- what it means (2.6) --- */
    { "ground tracking and reconciliation saw it, and so did a scan of a kind that is not known", NOW, "BA",
      "BPM\n.V/1LJFK\n" F178 N1 ".J/G///20NOV/0729L/T1\n.P/A\n" N2 ".J/R///20NOV/0730L/T2\n.P/B\n" N3
      ".J/Q///20NOV/0731L/T3\n.P/C\nENDBPM\n",
      "BPM new used JFK/L | BAG_SEEN " P1 " 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 at T1 | BAG_SEEN " P2
      " 2026-11-20T07:30:00-05:00 by BA on BA178 2026-11-20 at T2 | BAG_SEEN " P3
      " 2026-11-20T07:31:00-05:00 by BA on BA178 2026-11-20 at T3 ? 11:J" },
    { "loaded, and nobody says when", NOW, "BA", "BPM\n.V/1LJFK\n" F178 ".U/AKE11111BA/11P/X/Y/LHR\n" N1 "ENDBPM\n",
      "BPM new used JFK/L | BAG_LOADED " P1 NIL },
    { "an irregularity of two bags, beside one that has none", NOW, "BA",
      "BPM\n.V/1LJFK\n.J/H///20NOV/0729L/B12\n" F178 ".B/ONA/0125400001002\n.P/A\n" N3 ".P/B\nENDBPM\n",
      "BPM new used JFK/L | BAG_NOT_LOADED " P1 " 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 at B12 for ONA"
      " | BAG_NOT_LOADED " P2 " 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 at B12 for ONA | BAG_SEEN " P3
      " 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 at B12" },
    { "an irregularity without a count, or with a tag that is torn", NOW, "BA",
      "BPM\n.V/1LJFK\n" F178 ".B/OFF/0125400001\n.B/OFF/012540000X001\n" N2 "ENDBPM\n",
      "BPM new partly_used JFK/L | BAG_SEEN " P2 NIL " ! 4:B ! 5:B +faulty_parts" },
    { "a BSM is a forecast, whatever was scanned and refused", NOW, "BA",
      "BSM\n.V/1LJFK\n.J/H///20NOV/0729L/B12\n" F178 ".B/ONA/0125400001001\n.X//CLR\nENDBSM\n", ONE_GIVES },
    { "a BUM of a bag that is told to be off is an order still", NOW, "BA",
      "BUM\n.V/1LJFK\n" F178 ".B/OFF/0125400001001\n.P/A\nENDBUM\n", "BUM new used JFK/L | UNLOAD_ORDERED " P1 NIL },
    { "a BTM that is withdrawn withdraws its bags", NOW, "BA",
      "BTM\nDEL\n.V/1TLHR\n.I/BA0178/20NOV/JFK\n.F/IB3167/20NOV/MAD\n.N/0125400001002\n.P/A\nENDBTM\n",
      "BTM delete used LHR/T | DATA_WITHDRAWN " P1 " untimed by BA on IB3167 2026-11-20 | DATA_WITHDRAWN " P2
      " untimed by BA on IB3167 2026-11-20" },
    { "control messages of every kind are about no bag", NOW, "BA",
      "BCM\nDBM\n.V/1LJFK\n" F178 N1 "ENDBCM\nBCM\nFMM\n.V/1LJFK\n" F178 "ENDBCM\nBCM\nBAM\n.V/1LJFK\n"
      ".A/BA2190164/BSM/NAK/NO SUCH FLIGHT\nENDBCM\n",
      "BCM new not_a_bag_message JFK/L\nBCM new not_a_bag_message JFK/L\nBCM new not_a_bag_message JFK/L" },
    /* --- tags (1.1, 2.3) --- */
    { "fallback tags, and leading digits without a meaning, are plates", NOW, "BA",
      "BPM\n.V/1LJFK\n.J/H///20NOV/0729L/B12\n" F178 ".N/1125400001001\n.N/9125400001001\nENDBPM\n",
      "BPM new used JFK/L | BAG_SEEN plate:1125400001@2026-11-20 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 "
      "at "
      "B12 | BAG_SEEN plate:9125400001@2026-11-20 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 at B12" },
    { "a rush tag that was scanned is a sighting under the rush plate; a proposal comes of a BSM alone", NOW, "BA",
      "BPM\n.V/1TJFK\n.J/S///20NOV/0729L/B12\n" F178 ".N/2125400001001\n.E/RUSH\nENDBPM\n",
      "BPM new used JFK/T | BAG_SORTED rush:2125400001@2026-11-20 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 "
      "at "
      "B12 rush" },
    { "rush is said of its own group alone", NOW, "BA",
      "BSM\n.V/1LLHR\n.F/BA0456/20NOV/OSL\n.N/2125400001001\n.P/A\n.E/RUSH\n.N/0125400002001\n.P/B\n.E/PRIO\nENDBSM\n",
      "BSM new used LHR/L | BAG_EXPECTED rush:2125400001@2026-11-20 untimed by BA on BA456 2026-11-20 BA456:LHR-OSL "
      "rush"
      " | BAG_EXPECTED " P2 " untimed by BA on BA456 2026-11-20 BA456:LHR-OSL" },
    /* --- what else stands in it --- */
    { "empty fields stand where they stand, and trailing ones are nothing", NOW, "BA",
      "BSM\n.V/1LJFK\n" F178 N1 ".S/Y//C/////\n.W/K/1/5/\n.H///\n.G///\n.P/2PAGE/L/B\n.Y//\n.L/\nENDBSM\n", ONE_GIVES },
    { "a BRQ names a tag without a count, and an RFID", NOW, "BA",
      "BRQ\n.V/1LJFK/// A\n.N/0125400001\n.M/0125400001/E/E200341201324FC0A003760E18454254\nENDBRQ\n",
      "BRQ new not_a_bag_message JFK/L" },
    /* --- damage --- */
    { "a DEL that lost its end withdraws nothing, also when all its bags were told", NOW, "BA",
      "BSM\nDEL\n.V/1LJFK\n" F178 N1 ".P/A\n", "BSM delete unusable JFK/L ! 6:" },
};

/* req: TYB-01 TYB-02 TYB-03 TYB-05 TYB-07 TYB-08 */
static void each_of_forty_gives_what_the_rules_say(void **state)
{
    (void)state;
    unsigned wrong = 0;
    assert_int_equal(BW_LEN(forty), 40);
    for (size_t k = 0; k < BW_LEN(forty); k++) {
        struct typeb_case c;
        struct bw_buf b;
        typeb_open(&c);
        bw_buf_init(&b, 65536);
        c.ctx.received_at = typeb_at(forty[k].received);
        typeb_mandate(&c, forty[k].mandate);
        (void)typeb_read(&c, bw_str_c(forty[k].text));
        typeb_show_all(&c, &b);
        if (strcmp(bw_buf_cstr(&b), forty[k].expected) != 0) {
            print_error("%zu: %s\n  is        %s\n  should be %s\n", k + 1, forty[k].why, bw_buf_cstr(&b),
                        forty[k].expected);
            wrong++;
        }
        bw_buf_done(&b);
        typeb_close(&c);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_of_forty_gives_what_the_rules_say) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
