/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_forty_test.c - forty telegrams of the kinds in domain.md 2, and what each gives: bags, flights, dates, times,
 * flags, refusals.  Every expectation is worked out by hand from domain.md 2, design.md 6 and TYB-01 to TYB-08, and
 * says why.  One line a message: origin line, then what typeb_case.h shows, then the flags of the first bag. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "typeb_case.h"

#define NOW "2026-11-20T13:00:00Z"
#define NIL " untimed by BA on BA178 2026-11-20"
#define JFK_LHR " BA178:JFK-LHR"
#define P1 "plate:0125300001@2026-11-20"
#define P2 "plate:0125300002@2026-11-20"
#define P3 "plate:0125300003@2026-11-20"

static const struct telegram {
    const char *why, *received, *mandate, *text, *expected;
} forty[] = {
    /* --- envelopes (2.5) --- */
    { "a relayed telegram: the last origin that is not blank counts", NOW, "BA",
      "QU HKGTSXH\n.     \nQU HKGAE8X FRALLLH\n.TYOFSNH 201227 Z\nBSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n"
      ".N/0125300001001\nENDBSM\n",
      "TYOFSNH 201227: BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR },
    { "SOH, STX, ETX and CRLF are nothing to the text", NOW, "BA",
      "\001QK JFKLLBA\r\n.LHRBABA BA/201100\r\n\002BSM\r\n.V/1LJFK\r\n.F/BA0178/20NOV/LHR\r\n.N/0125300001001\r\n"
      "ENDBSM\r\n\003",
      "LHRBABA 201100: BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR },
    { "lines before the identifier that are no address are passed over; the origin's tail is free", NOW, "BA",
      "QN JFKLLBA LHRLLBA\nFRALLLH\n.PTMAPET 201221 MESX007 NOV20\nLX10\nSYM\nBSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n"
      ".N/0125300001001\nENDBSM\n",
      "PTMAPET 201221: BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR },
    { "an origin day later than today is of the month before", "2026-11-01T00:10:00Z", "BA",
      "QU JFKLLBA\n.LHRLLBA 312350\nBSM\n.V/1LJFK\n.F/BA0178/01NOV/LHR\n.N/0125300001001\nENDBSM\n",
      "LHRLLBA 312350: BSM new used JFK/L | BAG_EXPECTED plate:0125300001@2026-11-01 untimed by BA on BA178 2026-11-01"
      " BA178:JFK-LHR = 2026-10-31T23:50:00Z" },
    { "two telegrams under one envelope, and a third under its own", NOW, "BA",
      "QU JFKLLBA\n.LHRLLBA 201200\nBSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300001001\nENDBSM\n"
      "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300002001\nENDBSM\n"
      "QU JFKLLBA\n.FRALLLH 201201\nBCM\nFCM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\nENDBCM\n",
      "LHRLLBA 201200: BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR "\n"
      "LHRLLBA 201200: BSM new used JFK/L | BAG_EXPECTED " P2 NIL JFK_LHR "\n"
      "FRALLLH 201201: BCM new not_a_bag_message JFK/L" },
    /* --- groups (2.3) --- */
    { "two passengers on one flight: .O belongs to the one whose plates stand before it", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR/Y\n.N/0125300001002\n.P/2BERG/KARI/OLA\n.N/0125300003001\n"
      ".O/IB3167/20NOV/MAD\n.P/RUIZ\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR " | BAG_EXPECTED " P2 NIL JFK_LHR
      " | BAG_EXPECTED " P3 NIL JFK_LHR " IB3167:LHR-MAD" },
    { "two flights: the .I of the first is not that of the second", NOW, "BA",
      "BSM\n.V/1TJFK\n.F/BA0178/20NOV/LHR\n.I/SK0901/19NOV/OSL\n.N/0125300001001\n.P/A\n.F/BA0174/20NOV/LHR\n"
      ".N/0125300002001\n.P/B\nENDBSM\n",
      "BSM new used JFK/T | BAG_EXPECTED " P1 NIL " SK901:OSL-JFK BA178:JFK-LHR | BAG_EXPECTED " P2
      " untimed by BA on BA174 2026-11-20 BA174:JFK-LHR" },
    { "elements in any order inside a group: the flight behind its plate", NOW, "BA",
      "BSM\n.V/1LJFK\n.N/0125300001001\n.T/PRINTER\n.F/BA0178/20NOV/LHR\n.P/A\n.N/0125300002001\n.F/BA0174/20NOV/FRA\n"
      ".P/B\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR " | BAG_EXPECTED " P2
      " untimed by BA on BA174 2026-11-20 BA174:JFK-FRA" },
    { "a BTM: each .I holds until the next, and who speaks is the inbound carrier", NOW, "BA LH",
      "BTM\n.V/1TFRA\n.I/BA0904/20NOV/LHR\n.F/LH0502/20NOV/GRU\n.N/0125300001001\n.P/A\n.F/LH0900/20NOV/OSL\n"
      ".N/0125300002001\n.P/B\n.I/LH0401/19NOV/JFK\n.F/LH0902/20NOV/OSL\n.N/0220300003001\n.P/C\nENDBTM\n",
      "BTM new used FRA/T | BAG_EXPECTED " P1 " untimed by BA on LH502 2026-11-20 BA904:LHR-FRA LH502:FRA-GRU"
      " | BAG_EXPECTED " P2 " untimed by BA on LH900 2026-11-20 BA904:LHR-FRA LH900:FRA-OSL"
      " | BAG_EXPECTED plate:0220300003@2026-11-20 untimed by LH on LH902 2026-11-20 LH401:JFK-FRA LH902:FRA-OSL" },
    { "free text with full stops starts no element", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300001001\n.R/SEE MR A.SMITH .N/0125999999001\n.C/ACME .F/LH1\n"
      "ENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR },
    /* --- flights (2.3) --- */
    { "a carrier with a digit, another of three letters, a suffix", NOW, "U2",
      "BSM\n.V/1LLHR\n.F/U2123/20NOV/ZRH\n.O/DLH0505/20NOV/FRA\n.O/BA0178A/21NOV/LHR\n.N/0125300001001\nENDBSM\n",
      "BSM new used LHR/L | BAG_EXPECTED " P1 " untimed by U2 on U2123 2026-11-20 U2123:LHR-ZRH DLH505:ZRH-FRA "
      "BA178A:FRA-LHR" },
    { "codes that no table knows are taken with a flag", NOW, "BA",
      "BSM\n.V/1LQQX\n.F/9Z0178/20NOV/LHR\n.N/0777300001001\nENDBSM\n",
      "BSM new used QQX/L | BAG_EXPECTED plate:0777300001@2026-11-20 untimed by BA on 9Z178 2026-11-20 9Z178:QQX-LHR"
      " +unknown_station +unknown_carrier +unknown_issuer" },
    { "an inbound flight from the station itself is odd and kept", NOW, "SR",
      "BTM\n.V/1TJFK\n.I/SR0101/20NOV/JFK\n.F/BA0178/20NOV/LHR\n.N/0125300001001\nENDBTM\n",
      "BTM new used JFK/T | BAG_EXPECTED " P1 " untimed by SR on BA178 2026-11-20 SR101:JFK-JFK BA178:JFK-LHR ? 3:I" },
    { "what is no flight gives no journey and no guess", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA/20NOV/LHR\n.N/0125300001001\nENDBSM\n", "BSM new unusable JFK/L ! 3:F ! 4:N" },
    /* --- dates (2.4) --- */
    { "the nearest year lies behind", "2026-01-02T09:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/28DEC/LHR\n.N/0125300001001\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED plate:0125300001@2025-12-28 untimed by BA on BA178 2025-12-28 BA178:JFK-LHR" },
    { "the nearest year lies ahead, and months come in any case", "2026-12-30T22:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/02Jan/LHR\n.N/0125300001001\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED plate:0125300001@2027-01-02 untimed by BA on BA178 2027-01-02 BA178:JFK-LHR" },
    { "29 February where there is one", "2027-12-10T08:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/29FEB/LHR\n.N/0125300001001\nENDBSM\n",
      "BSM new used JFK/L | BAG_EXPECTED plate:0125300001@2028-02-29 untimed by BA on BA178 2028-02-29 BA178:JFK-LHR" },
    { "29 February where there is none is no date, and is not the 1st of March", "2027-02-20T08:00:00Z", "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/29FEB/LHR\n.N/0125300001001\nENDBSM\n", "BSM new unusable JFK/L ! 3:F ! 4:N" },
    { "31 November is no date; the other passenger's flight is", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/31NOV/LHR\n.N/0125300001001\n.P/A\n.F/BA0178/20NOV/LHR\n.N/0125300002001\n.P/B\n"
      "ENDBSM\n",
      "BSM new partly_used JFK/L | BAG_EXPECTED " P2 NIL JFK_LHR " ! 3:F ! 4:N +faulty_parts" },
    /* --- tags (2.3) --- */
    { "a count of four are four plates", NOW, "BA",
      "BSM\nCHG\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125999996004\nENDBSM\n",
      "BSM change used JFK/L | BAG_EXPECTED plate:0125999996@2026-11-20" NIL JFK_LHR
      " | BAG_EXPECTED plate:0125999997@2026-11-20" NIL JFK_LHR
      " | BAG_EXPECTED plate:0125999998@2026-11-20" NIL JFK_LHR
      " | BAG_EXPECTED plate:0125999999@2026-11-20" NIL JFK_LHR },
    { "a count never runs on into another issuer", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125999996005\nENDBSM\n", "BSM new unusable JFK/L ! 4:N" },
    { "eleven digits, letters, no count, a count of nothing, an unreadable tag: each its line, the rest is used", NOW,
      "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/01253000010001\n.N/0125E00001001\n.N/0125300001\n.N/0125300001000\n"
      ".N/0000000000001\n.N/0125300002001\nENDBSM\n",
      "BSM new partly_used JFK/L | BAG_EXPECTED " P2 NIL JFK_LHR " ! 4:N ! 5:N ! 6:N ! 7:N ! 8:N +faulty_parts" },
    { "a plate that stands twice is one bag", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300001002\n.P/A\n.N/0125300002001\n.P/B\nENDBSM\n",
      "BSM new partly_used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR " | BAG_EXPECTED " P2 NIL JFK_LHR
      " ! 6:N +faulty_parts" },
    { "a rush tag is a plate of its own; who owns the bag is for staff to say", NOW, "BA",
      "BSM\n.V/1LLHR\n.F/BA0456/21NOV/OSL\n.N/2125300001001\n.E/RUSH\nENDBSM\n",
      "BSM new used LHR/L | BAG_EXPECTED rush:2125300001@2026-11-21 untimed by BA on BA456 2026-11-21 BA456:LHR-OSL "
      "rush" },
    /* --- what it means (2.6) --- */
    { "DEL comes first: whatever else is said", NOW, "BA",
      "BPM\nDEL\n.V/1LJFK\n.J/S///20NOV/0729L/B12\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA\n.N/0125300001001\nENDBPM\n",
      "BPM delete used JFK/L | DATA_WITHDRAWN " P1 NIL },
    { "offloaded before loaded", NOW, "BA",
      "BPM\n.V/1LJFK\n.J/H///20NOV/0729L/B12\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA\n.B/OFF/0125300001001\nENDBPM\n",
      "BPM new used JFK/L | BAG_OFFLOADED " P1 " 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 at B12 for OFF" },
    { "the five irregularities, each its own plate; unseen is no sighting", NOW, "BA",
      "BPM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.B/NAL/0125300001001\n.B/UNS/0125300002001\n.B/OND/0125300003001\n"
      ".B/ONA/0125300004001\n.B/LOST/0125300005001\nENDBPM\n",
      "BPM new partly_used JFK/L | BAG_NOT_LOADED " P1 NIL " for NAL | BAG_NOT_SEEN " P2 NIL " | BAG_NOT_LOADED " P3 NIL
      " for OND | BAG_NOT_LOADED plate:0125300004@2026-11-20" NIL " for ONA ! 8:B +faulty_parts" },
    { "loaded before screened before scanned, with the time of the scan", NOW, "BA",
      "BPM\n.V/1LJFK\n.J/R/AG1/SC2/20NOV/122910Z/GATE 7\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA/1/X/Y/LHR///\n"
      ".X//CLR\n.N/0125300001001\nENDBPM\n",
      "BPM new used JFK/L | BAG_LOADED " P1 " 2026-11-20T12:29:10+00:00 by BA on BA178 2026-11-20 at GATE 7" },
    { "screened with a result; an instruction alone decides nothing, the scan does", NOW, "BA",
      "BPM\n.V/1LJFK\n.J/S///20NOV/0730/X1\n.F/BA0178/20NOV/LHR\n.N/0125300001001\n.X//REJ\n.P/A\n.N/0125300002001\n"
      ".X/XRAY\n.P/B\nENDBPM\n",
      "BPM new used JFK/L | BAG_SCREENED " P1 " 2026-11-20T07:30:00-05:00 by BA on BA178 2026-11-20 at X1 for REJ"
      " | BAG_SORTED " P2 " 2026-11-20T07:30:00-05:00 by BA on BA178 2026-11-20 at X1" },
    { "a BPM that decides nothing saw the bag, at no time that anybody knows", NOW, "BA",
      "BPM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300001001\n.R/TEXT\nENDBPM\n",
      "BPM new used JFK/L | BAG_SEEN " P1 NIL },
    { "a BUM is an order: its .U and .J are no unloading", NOW, "BA",
      "BUM\n.V/1LJFK\n.J/H///20NOV/0729L/B12\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA\n.N/0125300001001\nENDBUM\n",
      "BUM new used JFK/L | UNLOAD_ORDERED " P1 NIL },
    { "a BNS is no sighting; a BMM tells of what is loaded; a BRQ asks", NOW, "BA",
      "BNS\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300001001\nENDBNS\n"
      "BMM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA\n.N/0125300002001\nENDBMM\n"
      "BRQ\n.V/1LJFK\n.N/0125300003\nENDBRQ\n",
      "BNS new used JFK/L | BAG_NOT_SEEN " P1 NIL "\nBMM new used JFK/L | BAG_LOADED " P2 NIL
      "\nBRQ new not_a_bag_message JFK/L" },
    /* --- times (2.4) --- */
    { "an hour that comes twice is the earlier, and says so", "2026-10-25T06:00:00Z", "LH",
      "BPM\n.V/1LFRA\n.J/H///25OCT/0230L/G1\n.F/LH0502/25OCT/OSL\n.N/0220300001001\nENDBPM\n",
      "BPM new used FRA/L | BAG_SEEN plate:0220300001@2026-10-25 2026-10-25T02:30:00+02:00 by LH on LH502 2026-10-25"
      " at G1 +dst_fold" },
    { "an hour that does not come is moved on, and says so", "2026-03-29T06:00:00Z", "LH",
      "BPM\n.V/1LFRA\n.J/H///29MAR/0230L/G1\n.F/LH0502/29MAR/OSL\n.N/0220300001001\nENDBPM\n",
      "BPM new used FRA/L | BAG_SEEN plate:0220300001@2026-03-29 2026-03-29T03:30:00+02:00 by LH on LH502 2026-03-29"
      " at G1 +dst_gap" },
    { "a local time where the zone is not known is no time; UTC is one", NOW, "BA",
      "BPM\n.V/1LNOZ\n.J/H///20NOV/0729L/G1\n.F/BA0178/20NOV/LHR\n.N/0125300001001\n.P/A\n.J/H///20NOV/0729Z/G1\n"
      "ENDBPM\n",
      "BPM new partly_used NOZ/L | BAG_SEEN " P1 " 2026-11-20T07:29:00+00:00 by BA on BA178 2026-11-20 at G1 ! 3:J"
      " +faulty_parts" },
    { "a scan later than the telegram is not believed", NOW, "BA",
      "BPM\n.V/1LJFK\n.J/H///20NOV/1805L/G1\n.F/BA0178/20NOV/LHR\n.N/0125300001001\nENDBPM\n",
      "BPM new unusable JFK/L ! 3:J ! 5:N" },
    /* --- damage --- */
    { "a CHG that was cut off changes nothing, and the next telegram is whole", NOW, "BA",
      "BSM\nCHG\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300001001\nBSM\nDEL\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n"
      ".N/0125300002001\nENDBSM\n",
      "BSM change unusable JFK/L ! 5:\nBSM delete used JFK/L | DATA_WITHDRAWN " P2 NIL },
    { "the END of another kind ends nothing", NOW, "BA",
      "BTM\nDEL\n.V/1TJFK\n.I/BA0904/20NOV/LHR\n.F/BA0178/20NOV/LHR\n.N/0125300001001\nENDBSM\n",
      "BTM delete unusable JFK/T ! 7:" },
    { "no station, no known word behind the identifier: nothing is applied", NOW, "BA",
      "BSM\n.F/BA0178/20NOV/LHR\n.N/0125300001001\nENDBSM\nBSM\nADD\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n"
      ".N/0125300002001\nENDBSM\n",
      "BSM new unusable  ! 1:V\nBSM new unusable JFK/L ! 6:" },
    { "unknown letters are kept, a torn line is told and the rest is used", NOW, "BA",
      "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125300001001\n.K/WHAT/EVER\n.Z\nTORN LINE\n.N/0125300002001\nENDBSM\n",
      "BSM new partly_used JFK/L | BAG_EXPECTED " P1 NIL JFK_LHR " | BAG_EXPECTED " P2 NIL JFK_LHR
      " ! 7: +faulty_parts" },
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
