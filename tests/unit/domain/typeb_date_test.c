/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_date_test.c - dates take the year nearest to receipt, leap days only where they are, origins lie in the past.
 */
#include "typeb_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bw_date day(const char *text)
{
    bw_date date;
    assert_true(bw_date_parse(bw_str_c(text), &date));
    return date;
}

static void gives(const char *ddmmm, const char *near, const char *expected)
{
    char text[BW_DATE_TEXT];
    bw_date date = bw_tb_date(bw_str_c(ddmmm), day(near));
    assert_string_equal(date == BW_DATE_NONE ? "none" : bw_date_text(date, text), expected);
}

/* req: TYB-05 */
static void year_is_the_one_nearest_to_receipt(void **state)
{
    (void)state;
    gives("28DEC", "2026-01-02", "2025-12-28");
    gives("02JAN", "2025-12-28", "2026-01-02");
    gives("14Feb", "2026-02-13", "2026-02-14");
    gives("20NOV", "2026-11-20", "2026-11-20");
    gives("01JUL", "2026-12-31", "2027-07-01");
    gives("01JUL", "2027-12-31", "2027-07-01"); /* as far from both: the one that is past */
    gives("01JUL", "2026-12-30", "2026-07-01");
    gives("30JUN", "2026-12-31", "2027-06-30");
}

/* req: TYB-05 */
static void leap_day_only_where_it_exists(void **state)
{
    (void)state;
    gives("29FEB", "2028-02-27", "2028-02-29");
    gives("29FEB", "2028-08-30", "2028-02-29");
    gives("29FEB", "2028-08-31", "none");
    gives("29FEB", "2027-09-01", "2028-02-29");
    gives("29FEB", "2026-03-01", "none");
    gives("29FEB", "2027-02-28", "none");
}

static void what_is_no_date_is_none(void **state)
{
    (void)state;
    static const char *const bad[] = { "",      "5FEB",  "005FEB", "05FEX",  "00JAN",
                                       "31APR", "32JAN", "AAJAN",  "05 FEB", "05JANU" };
    for (size_t at = 0; at < BW_LEN(bad); at++)
        gives(bad[at], "2026-02-05", "none");
}

static void clock_gives(const char *text, const char *expected)
{
    bw_time of_day;
    bool utc;
    char shown[BW_TIME_TEXT + 4] = "none";
    if (bw_tb_clock(bw_str_c(text), &of_day, &utc)) {
        (void)bw_time_text(of_day, shown);
        memmove(shown, shown + 11, 8);
        memcpy(shown + 8, utc ? "Z" : "L", 2);
    }
    assert_string_equal(shown, expected);
}

/* req: TYB-05 */
static void times_of_day_with_and_without_seconds_and_zone(void **state)
{
    (void)state;
    clock_gives("1059L", "10:59:00L");
    clock_gives("105210L", "10:52:10L");
    clock_gives("105210Z", "10:52:10Z");
    clock_gives("0005z", "00:05:00Z");
    clock_gives("2359", "23:59:00L");
    clock_gives("235959", "23:59:59L");
    static const char *const bad[] = { "",       "L",     "105",   "105L",   "2400",  "1060L",
                                       "105260", "10521", "1059X", "1059LL", "10:59", "105210LZ" };
    for (size_t at = 0; at < BW_LEN(bad); at++)
        clock_gives(bad[at], "none");
}

static void origin_gives(const char *ddhhmm, const char *now, const char *expected)
{
    bw_time near;
    char text[BW_TIME_TEXT];
    assert_true(bw_time_parse(bw_str_c(now), &near, NULL));
    bw_time at = bw_tb_origin_time(bw_str_c(ddhhmm), near);
    assert_string_equal(at == BW_TIME_NONE ? "none" : bw_time_text(at, text), expected);
}

/* req: TYB-05 */
static void origin_of_a_later_day_is_of_last_month(void **state)
{
    (void)state;
    origin_gives("081625", "2026-07-08T16:26:00Z", "2026-07-08T16:25:00Z");
    origin_gives("281602", "2026-03-05T00:00:00Z", "2026-02-28T16:02:00Z");
    origin_gives("311200", "2026-03-01T00:00:00Z", "2026-01-31T12:00:00Z");
    origin_gives("311200", "2026-05-01T00:00:00Z", "2026-03-31T12:00:00Z");
    origin_gives("301200", "2026-01-02T00:00:00Z", "2025-12-30T12:00:00Z");
    /* a sender's clock that is a little ahead, at the turn of a month and of a year */
    origin_gives("010004", "2026-04-30T23:59:00Z", "2026-05-01T00:04:00Z");
    origin_gives("010004", "2026-12-31T23:59:00Z", "2027-01-01T00:04:00Z");
    origin_gives("051100", "2026-03-05T10:00:00Z", "2026-03-05T11:00:00Z");
    origin_gives("051101", "2026-03-05T10:00:00Z", "2026-02-05T11:01:00Z");
    static const char *const bad[] = { "", "08162", "0816255", "001200", "321200", "082400", "081260", "08162Z" };
    for (size_t at = 0; at < BW_LEN(bad); at++)
        origin_gives(bad[at], "2026-07-08T16:26:00Z", "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(year_is_the_one_nearest_to_receipt),
        cmocka_unit_test(leap_day_only_where_it_exists),
        cmocka_unit_test(what_is_no_date_is_none),
        cmocka_unit_test(times_of_day_with_and_without_seconds_and_zone),
        cmocka_unit_test(origin_of_a_later_day_is_of_last_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
