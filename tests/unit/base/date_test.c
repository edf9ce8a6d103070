/* SPDX-License-Identifier: Apache-2.0 */
/* date_test.c - civil dates and RFC 3339 text: every day both ways, and each way to write a time wrongly. */
#include "bw/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_day_there_and_back(void **state)
{
    (void)state;
    static const unsigned char lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bw_date date = bw_date_from_civil(0, 1, 1);
    assert_int_equal(date, -719528);
    for (int year = 0; year < 10000; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (unsigned month = 1; month <= 12; month++) {
            unsigned last = lengths[month - 1] + (month == 2 && leap ? 1U : 0U);
            for (unsigned day = 1; day <= last; day++, date++) {
                int y;
                unsigned m, d;
                bw_date_to_civil(date, &y, &m, &d);
                if (y != year || m != month || d != day || bw_date_from_civil(year, month, day) != date)
                    fail_msg("%d-%u-%u", year, month, day);
            }
            assert_true(bw_date_valid(year, month, last));
            assert_false(bw_date_valid(year, month, last + 1));
        }
    }
    assert_int_equal(bw_date_from_civil(1970, 1, 1), 0);
    assert_int_equal(bw_date_from_civil(2026, 11, 20), 20777);
    assert_false(bw_date_valid(2026, 0, 1) || bw_date_valid(2026, 13, 1) || bw_date_valid(2026, 1, 0));
}

static void days_of_instants(void **state)
{
    (void)state;
    assert_int_equal(bw_date_of(0), 0);
    assert_int_equal(bw_date_of(-1), -1);
    assert_int_equal(bw_date_of(BW_DAY - 1), 0);
    assert_int_equal(bw_date_of(BW_DAY), 1);
    assert_int_equal(bw_date_of(-BW_DAY), -1);
    assert_int_equal(bw_date_start(20777), INT64_C(1795132800) * BW_SECOND);
}

static void dates_as_text(void **state)
{
    (void)state;
    char text[BW_DATE_TEXT];
    bw_date date = 5;
    assert_true(bw_date_parse(BW_STR("2026-11-20"), &date) && date == 20777);
    assert_string_equal(bw_date_text(date, text), "2026-11-20");
    assert_true(bw_date_parse(BW_STR("2024-02-29"), &date));
    static const char *const bad[] = { "",           "2026-2-29",  "2026-02-29",  "2026-13-01",  "2026-00-10",
                                       "2026-01-00", "0000-01-01", "2026-11-20 ", " 2026-11-20", "20261120",
                                       "2026/11/20", "+026-11-20", "2026-11-2a" };
    date = 5;
    for (size_t row = 0; row < BW_LEN(bad); row++)
        assert_false(bw_date_parse(bw_str_c(bad[row]), &date));
    assert_int_equal(date, 5);
    assert_string_equal(bw_date_text(INT32_MAX, text), "9999-12-31");
    assert_string_equal(bw_date_text(BW_DATE_NONE, text), "0000-01-01");
}

static void times_as_text(void **state)
{
    (void)state;
    static const struct {
        const char *in, *utc, *there;
        int offset;
    } rows[] = {
        { "2026-11-20T20:34:00Z", "2026-11-20T20:34:00Z", "2026-11-20T20:34:00+00:00", 0 },
        { "2026-11-21t01:45:00.5+01:00", "2026-11-21T00:45:00.500Z", "2026-11-21T01:45:00.500+01:00", 60 },
        { "2026-11-20T20:34:00.000001z", "2026-11-20T20:34:00.000001Z", "2026-11-20T20:34:00.000001+00:00", 0 },
        { "2026-11-20T20:34:00.000000Z", "2026-11-20T20:34:00Z", "2026-11-20T20:34:00+00:00", 0 },
        { "2026-11-20T20:34:00.1200-00:00", "2026-11-20T20:34:00.120Z", "2026-11-20T20:34:00.120+00:00", 0 },
        { "2026-12-31T23:59:59-03:30", "2027-01-01T03:29:59Z", "2026-12-31T23:59:59-03:30", -210 },
        { "2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00Z", "2024-02-29T00:00:00+14:00", 840 },
        { "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", 0 },
        { "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999+00:00", 0 },
    };
    for (size_t row = 0; row < BW_LEN(rows); row++) {
        char text[BW_TIME_TEXT];
        bw_time at;
        int offset;
        assert_true(bw_time_parse(bw_str_c(rows[row].in), &at, &offset));
        assert_int_equal(offset, rows[row].offset);
        assert_string_equal(bw_time_text(at, text), rows[row].utc);
        assert_string_equal(bw_time_text_at(at, offset, text), rows[row].there);
        assert_true(bw_time_parse(bw_str_c(rows[row].in), &at, NULL));
    }
}

/* req: ING-01 */
static void times_that_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-20",
        "2026-11-20T20:34:00",
        "2026-11-20T20:34Z",
        "2026-11-20 20:34:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T20:60:00Z",
        "2026-11-20T23:59:60Z",
        "2026-11-20T20:34:00.Z",
        "2026-11-20T20:34:00.0000001Z",
        "2026-11-20T20:34:00,5Z",
        "2026-11-20T20:34:00+0100",
        "2026-11-20T20:34:00+01",
        "2026-11-20T20:34:00+24:00",
        "2026-11-20T20:34:00+01:60",
        "2026-11-20T20:34:00Zx",
        "2026-11-20T20:34:00ZZ",
        "2026-02-29T20:34:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "10000-01-01T00:00:00Z",
        "26-11-20T20:34:00Z",
        "-026-11-20T20:34:00Z",
        "2026-11-20T2 :34:00Z",
    };
    bw_time at = 7;
    int offset = 7;
    for (size_t row = 0; row < BW_LEN(bad); row++)
        assert_false(bw_time_parse(bw_str_c(bad[row]), &at, &offset));
    assert_true(at == 7 && offset == 7);
}

/* A client may send the last instant of year 9999 from any zone; printing it in another must not overrun. */
static void the_ends_of_time_are_printed(void **state)
{
    (void)state;
    char text[BW_TIME_TEXT];
    bw_time at;
    assert_true(bw_time_parse(BW_STR("9999-12-31T23:59:59Z"), &at, NULL));
    assert_string_equal(bw_time_text_at(at, 60, text), "9999-12-31T23:59:59.999999+01:00");
    assert_string_equal(bw_time_text(INT64_MAX, text), "9999-12-31T23:59:59.999999Z");
    assert_int_equal(strlen(bw_time_text(BW_TIME_NONE, text)), 20);
    assert_int_equal(strlen(bw_time_text_at(BW_TIME_NONE, -1439, text)), 25);
    assert_string_equal(bw_time_text(-1, text), "1969-12-31T23:59:59.999999Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_there_and_back),
        cmocka_unit_test(days_of_instants),
        cmocka_unit_test(dates_as_text),
        cmocka_unit_test(times_as_text),
        cmocka_unit_test(times_that_are_refused),
        cmocka_unit_test(the_ends_of_time_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
