/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_samples_test.c - whole telegrams of the twelve shapes of domain.md 2.7 and the two of the story: what comes
 * out. Our own fixtures always run; the published ones when ../shared/data is there. */
#include "bw/domain/typeb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"
#include "typeb_case.h"

struct sample {
    const char *file, *received, *mandate, *expected;
};

/* req: TYB-01 TYB-02 TYB-05 */
static const struct sample own[] = {
    { "T01.txt", "2026-03-07T04:00:00Z", "SK",
      "BSM new used OSL/L | BAG_EXPECTED plate:0328440017@2026-03-07 untimed by SK on DY1302 2026-03-07 "
      "DY1302:OSL-LGW" },
    { "T02.txt", "2026-03-07T06:00:00Z", "SK",
      "BPM new used OSL/L | BAG_SCREENED plate:0328440017@2026-03-07 2026-03-07T06:42:00+01:00 by SK on DY1302 "
      "2026-03-07 "
      "at LA4 for CLR" },
    { "T03.txt", "2026-07-03T06:00:00Z", "LH",
      "BSM new used ZRH/T | BAG_EXPECTED plate:0724900998@2026-07-03 untimed by LH on LX64 2026-07-03 LX64:ZRH-MIA"
      " | BAG_EXPECTED plate:0724900999@2026-07-03 untimed by LH on LX64 2026-07-03 LX64:ZRH-MIA"
      " | BAG_EXPECTED plate:0724901000@2026-07-03 untimed by LH on LX64 2026-07-03 LX64:ZRH-MIA" },
    { "T04.txt", "2026-08-18T06:00:00Z", "LH",
      "BSM delete used LGW/L | DATA_WITHDRAWN plate:0628000777@2026-08-19 untimed by LH on B2925 2026-08-19" },
    { "T05.txt", "2026-10-11T16:00:00Z", "BR",
      "BPM new used TPE/L | BAG_LOADED plate:0695002417@2026-10-12 2026-10-11T23:30:15+08:00 by BR on BR68 2026-10-12 "
      "at "
      "TIAT1" },
    { "T06.txt", "2026-07-03T06:00:00Z", "LX",
      "BTM delete used JFK/T | DATA_WITHDRAWN plate:0724900999@2026-07-03 untimed by LX on B6615 2026-07-03 ? 4:I" },
    { "T07.txt", "2026-07-03T06:00:00Z", "LH", "BCM new not_a_bag_message FRA/L" },
    { "T08.txt", "2026-09-19T05:00:00Z", "OS", "BCM new not_a_bag_message VIE/L" },
    { "T09.txt", "2026-07-03T06:00:00Z", "LX",
      "BSM new used ZRH/T"
      " | BAG_EXPECTED plate:0257311000@2026-07-03 untimed by LX on LX64 2026-07-03 OS561:VIE-ZRH LX64:ZRH-MIA"
      " | BAG_EXPECTED plate:0257311001@2026-07-03 untimed by LX on LX64 2026-07-03 OS561:VIE-ZRH LX64:ZRH-MIA"
      " | BAG_EXPECTED plate:0257311900@2026-07-03 untimed by LX on LX64 2026-07-03 OS561:VIE-ZRH LX64:ZRH-MIA"
      " | BAG_EXPECTED plate:0724555111@2026-07-03 untimed by LX on LX64 2026-07-03 LX64:ZRH-MIA AA1402:MIA-TPA "
      "AA3391:TPA-EYW"
      " | BAG_EXPECTED plate:0724555112@2026-07-03 untimed by LX on LX64 2026-07-03 LX64:ZRH-MIA AA1402:MIA-TPA "
      "AA3391:TPA-EYW"
      " | BAG_EXPECTED plate:0724555777@2026-07-03 untimed by LX on LX64 2026-07-03 LX64:ZRH-MIA AA1402:MIA-TPA "
      "AA3391:TPA-EYW"
      " | BAG_EXPECTED plate:0724555778@2026-07-03 untimed by LX on LX64 2026-07-03 LX64:ZRH-MIA AA1402:MIA-TPA "
      "AA3391:TPA-EYW" },
    { "T10.txt", "2026-09-16T10:00:00Z", "IB", "BSM new unusable CDG/T ! 7:N" },
    { "T11.txt", "2026-09-28T10:00:00Z", "BA",
      "BUM new used LHR/L | UNLOAD_ORDERED plate:0125009900@2026-09-28 untimed by BA on BA1440 2026-09-28" },
    { "T12.txt", "2026-09-22T10:00:00Z", "SQ", "BSM new unusable SIN/X ! 3:" },
    { "story1.txt", "2026-11-20T10:40:00Z", "BA",
      "BSM new used JFK/L | BAG_EXPECTED plate:0125728359@2026-11-20 untimed by BA on BA178 2026-11-20 BA178:JFK-LHR "
      "IB3167:LHR-MAD" },
    { "story3.txt", "2026-11-20T12:31:00Z", "BA",
      "BPM new used JFK/L | BAG_LOADED plate:0125728359@2026-11-20 2026-11-20T07:29:00-05:00 by BA on BA178 2026-11-20 "
      "at "
      "B12" },
};

/* req: TYB-01 TYB-02 */
static const struct sample published[] = {
    { "M01.txt", "2026-02-05T08:00:00Z", "SK",
      "BSM new used OSL/L | BAG_EXPECTED plate:0117814872@2026-02-05 untimed by SK on SK4416 2026-02-05 "
      "SK4416:OSL-TOS" },
    { "M02.txt", "2026-02-05T10:00:00Z", "SK",
      "BPM new used OSL/L | BAG_SCREENED plate:0117814872@2026-02-05 2026-02-05T10:59:00+01:00 by SK on SK4416 "
      "2026-02-05 "
      "at LB9 for CLR" },
    { "M03.txt", "2026-04-18T08:00:00Z", "SR",
      "BSM new used ZRH/T | BAG_EXPECTED plate:0085123456@2026-04-18 untimed by SR on SR101 2026-04-18 SR101:ZRH-JFK"
      " | BAG_EXPECTED plate:0085123457@2026-04-18 untimed by SR on SR101 2026-04-18 SR101:ZRH-JFK"
      " | BAG_EXPECTED plate:0085123458@2026-04-18 untimed by SR on SR101 2026-04-18 SR101:ZRH-JFK" },
    { "M04.txt", "2026-10-01T08:00:00Z", "U2",
      "BSM delete used LGW/L | DATA_WITHDRAWN plate:0999000111@2026-10-01 untimed by U2 on U2123 2026-10-01" },
    { "M05.txt", "2026-04-18T08:00:00Z", "OZ",
      "BPM new used TPE/L | BAG_LOADED plate:0988401338@2026-04-18 2026-04-18T10:52:10+08:00 by OZ on OZ712 2026-04-18 "
      "at "
      "TIAT2" },
    { "M06.txt", "2026-04-18T08:00:00Z", "SR",
      "BTM delete used JFK/T | DATA_WITHDRAWN plate:0085123457@2026-04-18 untimed by SR on DL671 2026-04-18 ? 4:I" },
    { "M07.txt", "2026-04-18T08:00:00Z", "BA", "BCM new not_a_bag_message FRA/L" },
    { "M08.txt", "2026-01-28T17:00:00Z", "LH", "BCM new not_a_bag_message MUC/L" },
    { "M10.txt", "2026-01-13T08:00:00Z", "LH", "BSM new unusable ADD/T ! 7:N" },
    { "M11.txt", "2026-02-13T08:00:00Z", "BA",
      "BUM new used LHR/L | UNLOAD_ORDERED plate:0088888005@2026-02-14 untimed by BA on BA2906 2026-02-14" },
    { "M12.txt", "2026-07-08T17:00:00Z", "LX", "BSM new unusable HKG/X ! 3:" },
};

static void check(const char *folder, const struct sample *s)
{
    struct bw_str text = bw_test_slurp(folder, s->file);
    assert_non_null(text.p);
    struct typeb_case c;
    typeb_open(&c);
    c.ctx.received_at = typeb_at(s->received);
    typeb_mandate(&c, s->mandate);
    (void)typeb_read(&c, text);
    assert_int_equal(c.t.n_messages, 1);
    assert_string_equal(typeb_line(&c, &c.t.messages[0]), s->expected);
    typeb_close(&c);
    free((void *)(uintptr_t)text.p);
}

static void own_fixtures_give_what_they_say(void **state)
{
    (void)state;
    for (size_t at = 0; at < BW_LEN(own); at++)
        check(BW_SOURCE_DIR "/tests/fuzz/corpus/typeb_message", &own[at]);
}

static void published_samples_give_what_the_design_says(void **state)
{
    (void)state;
    char *folder = bw_test_shared("typeb");
    for (size_t at = 0; folder && at < BW_LEN(published); at++)
        check(folder, &published[at]);
    if (folder) {
        /* M09: seven bags, and the inbound flight only with the first three. */
        struct bw_str text = bw_test_slurp(folder, "M09.txt");
        struct typeb_case c;
        typeb_open(&c);
        c.ctx.received_at = typeb_at("2026-04-18T08:00:00Z");
        typeb_mandate(&c, "SR");
        (void)typeb_read(&c, text);
        assert_int_equal(c.t.messages[0].n_facts, 7);
        for (size_t at = 0; at < 7; at++) {
            const struct bw_event *ev = &c.t.messages[0].facts[at].ev;
            assert_int_equal(ev->code, BW_EV_BAG_EXPECTED);
            assert_string_equal(ev->data.legs[0].flight, at < 3 ? "AZ318" : "SR101");
            assert_int_equal(ev->data.n_legs, at < 3 ? 2 : 3);
        }
        typeb_close(&c);
        free((void *)(uintptr_t)text.p);
    }
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_fixtures_give_what_they_say),
        cmocka_unit_test(published_samples_give_what_the_design_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
