/* SPDX-License-Identifier: Apache-2.0 */
/* tz_test.c - zones from the system's TZif files: folds, gaps, far years by the footer, and files that lie. */
#include "bw/base/tz.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bw/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct bw_zone *load(const char *name)
{
    struct bw_zone *z = NULL;
    struct bw_error err = { 0 };
    if (bw_zone_load(NULL, bw_str_c(name), &z, &err) != BW_OK)
        fail_msg("%s", err.detail);
    assert_string_equal(bw_zone_name(z), name);
    return z;
}

static bw_time at(const char *text)
{
    bw_time t;
    assert_true(bw_time_parse(bw_str_c(text), &t, NULL));
    return t;
}

/* instant, seconds east, name */
static void check_offset(const char *zone, const char *instant, int offset, const char *abbr)
{
    struct bw_zone *z = load(zone);
    const char *got;
    assert_int_equal(bw_zone_offset(z, at(instant), &got), offset);
    assert_string_equal(got, abbr);
    assert_int_equal(bw_zone_offset(z, at(instant), NULL), offset);
    bw_zone_free(z);
}

/* local reading, expected instant, how */
static void check_local(const char *zone, const char *local, const char *utc, enum bw_local how)
{
    char text[BW_TIME_TEXT];
    enum bw_local got;
    struct bw_zone *z = load(zone);
    bw_time t = bw_zone_to_utc(z, at(local), &got);
    assert_string_equal(bw_time_text(t, text), utc);
    assert_int_equal(got, how);
    assert_int_equal(bw_zone_to_utc(z, at(local), NULL), t);
    bw_zone_free(z);
}

static void offsets_from_the_table(void **state)
{
    (void)state;
    check_offset("Europe/Madrid", "2026-03-29T00:59:59.999999Z", 3600, "CET");
    check_offset("Europe/Madrid", "2026-03-29T01:00:00Z", 7200, "CEST");
    check_offset("Europe/Madrid", "2026-10-25T00:59:59Z", 7200, "CEST");
    check_offset("Europe/Madrid", "2026-10-25T01:00:00Z", 3600, "CET");
    check_offset("America/New_York", "2026-11-01T05:59:59Z", -14400, "EDT");
    check_offset("America/New_York", "2026-11-01T06:00:00Z", -18000, "EST");
    check_offset("Asia/Taipei", "1979-07-01T00:00:00Z", 32400, "CDT");
    check_offset("Asia/Taipei", "2026-07-01T00:00:00Z", 28800, "CST");
    check_offset("UTC", "2026-07-01T00:00:00Z", 0, "UTC");
    check_offset("Asia/Kathmandu", "2026-07-01T00:00:00Z", 20700, "+0545");
}

static void far_years_by_the_footer(void **state)
{
    (void)state;
    check_offset("Europe/Madrid", "2100-01-15T12:00:00Z", 3600, "CET");
    check_offset("Europe/Madrid", "2100-03-28T00:59:59Z", 3600, "CET");
    check_offset("Europe/Madrid", "2100-03-28T01:00:00Z", 7200, "CEST");
    check_offset("Europe/Madrid", "2100-10-31T00:59:59Z", 7200, "CEST");
    check_offset("Europe/Madrid", "2100-10-31T01:00:00Z", 3600, "CET");
    check_offset("America/New_York", "2100-03-14T06:59:59Z", -18000, "EST");
    check_offset("America/New_York", "2100-03-14T07:00:00Z", -14400, "EDT");
    check_offset("Asia/Taipei", "2100-07-01T00:00:00Z", 28800, "CST");
    check_offset("Australia/Sydney", "2100-01-01T00:00:00Z", 39600, "AEDT");
    check_offset("Australia/Sydney", "2100-07-01T00:00:00Z", 36000, "AEST");
    check_local("Europe/Madrid", "2100-10-31T02:30:00Z", "2100-10-31T00:30:00Z", BW_LOCAL_FOLD);
    check_local("Europe/Madrid", "2100-03-28T02:30:00Z", "2100-03-28T01:30:00Z", BW_LOCAL_GAP);
    check_local("Australia/Sydney", "2100-04-04T02:30:00Z", "2100-04-03T15:30:00Z", BW_LOCAL_FOLD);
}

/* design.md 5: twice = the earlier; never = shifted forward by the gap. */
static void local_times_met(void **state)
{
    (void)state;
    check_local("Europe/Madrid", "2026-11-20T20:34:00Z", "2026-11-20T19:34:00Z", BW_LOCAL_PLAIN);
    check_local("Europe/Madrid", "2026-10-25T01:59:59Z", "2026-10-24T23:59:59Z", BW_LOCAL_PLAIN);
    check_local("Europe/Madrid", "2026-10-25T02:00:00Z", "2026-10-25T00:00:00Z", BW_LOCAL_FOLD);
    check_local("Europe/Madrid", "2026-10-25T02:59:59.999999Z", "2026-10-25T00:59:59.999999Z", BW_LOCAL_FOLD);
    check_local("Europe/Madrid", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z", BW_LOCAL_PLAIN);
    check_local("Europe/Madrid", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z", BW_LOCAL_PLAIN);
    check_local("Europe/Madrid", "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z", BW_LOCAL_GAP);
    check_local("Europe/Madrid", "2026-03-29T02:59:59Z", "2026-03-29T01:59:59Z", BW_LOCAL_GAP);
    check_local("Europe/Madrid", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z", BW_LOCAL_PLAIN);
    check_local("America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z", BW_LOCAL_FOLD);
    check_local("America/New_York", "2026-03-08T02:30:00Z", "2026-03-08T07:30:00Z", BW_LOCAL_GAP);
    check_local("America/New_York", "2026-11-01T02:00:00Z", "2026-11-01T07:00:00Z", BW_LOCAL_PLAIN);
    check_local("Asia/Taipei", "1979-09-30T23:30:00Z", "1979-09-30T14:30:00Z", BW_LOCAL_FOLD);
    check_local("Asia/Taipei", "1979-07-01T00:30:00Z", "1979-06-30T16:30:00Z", BW_LOCAL_GAP);
    check_local("Asia/Taipei", "2026-11-20T20:34:00Z", "2026-11-20T12:34:00Z", BW_LOCAL_PLAIN);
    /* Half an hour, and a whole day that Samoa left out. */
    check_local("Australia/Lord_Howe", "2026-04-05T01:45:00Z", "2026-04-04T14:45:00Z", BW_LOCAL_FOLD);
    check_local("Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T22:00:00Z", BW_LOCAL_GAP);
}

/* The C library reads the same files: every three hours of many years must agree, and come back from local time. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Madrid",     "America/New_York",  "Asia/Taipei",     "Europe/Dublin",
        "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Chatham", "Antarctica/Troll"
    };
    for (size_t name = 0; name < BW_LEN(names); name++) {
        struct bw_zone *z = load(names[name]);
        setenv("TZ", names[name], 1);
        tzset();
        for (time_t t = 0; t < INT64_C(5000000000); t += 3 * 3600 + (t > 2000000000 ? 86400 : 0)) {
            struct tm tm;
            const char *abbr;
            enum bw_local how;
            assert_non_null(localtime_r(&t, &tm));
            int offset = bw_zone_offset(z, t * BW_SECOND, &abbr);
            assert_int_equal(offset, tm.tm_gmtoff);
            assert_string_equal(abbr, tm.tm_zone);
            bw_time back = bw_zone_to_utc(z, (t + offset) * BW_SECOND, &how);
            assert_true(how != BW_LOCAL_GAP && back <= t * BW_SECOND);
            assert_true(how == BW_LOCAL_FOLD || back == t * BW_SECOND);
        }
        bw_zone_free(z);
    }
}

static void refuses_names_that_leave_the_folder(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",         "../etc/passwd", "/etc/passwd", "Europe/../../etc/passwd", "Europe/Madrid ", "Europe/Mad\nrid", ".",
        "zone.tab", "Nowhere/Atall", "Europe"
    };
    for (size_t name = 0; name < BW_LEN(names); name++) {
        struct bw_zone *z = NULL;
        struct bw_error err = { 0 };
        assert_int_equal(bw_zone_load(NULL, bw_str_c(names[name]), &z, &err), BW_E_IO);
        assert_null(z);
        assert_true(err.detail[0] != '\0');
    }
    struct bw_zone *z = NULL;
    assert_int_equal(bw_zone_load(NULL, bw_str_n("Europe/\0Madrid", 14), &z, NULL), BW_E_IO);
    assert_int_equal(bw_zone_load("/nonexistent", BW_STR("Europe/Madrid"), &z, NULL), BW_E_IO);
    char longest[600];
    memset(longest, 'x', sizeof(longest));
    assert_int_equal(bw_zone_load(NULL, bw_str_n(longest, sizeof(longest)), &z, NULL), BW_E_IO);
    assert_int_equal(bw_zone_parse(bw_str_n(longest, 64), BW_STR("TZif"), &z, NULL), BW_E_IO);
    assert_null(z);
}

/* A version 2 file with one type and the footer given. */
static void build(struct bw_buf *b, char version, const char *footer)
{
    static const char counts[24] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4 };
    static const char body[10] = { 0, 0, 0x0E, 0x10, 0, 0, 'A', 'B', 'C', 0 };
    static const char spare[15];
    for (int block = 0; block < (version ? 2 : 1); block++) {
        bw_buf_c(b, "TZif");
        bw_buf_ch(b, version);
        bw_buf_add(b, spare, sizeof(spare));
        bw_buf_add(b, counts, sizeof(counts));
        bw_buf_add(b, body, sizeof(body));
    }
    if (version)
        bw_buf_printf(b, "\n%s\n", footer);
}

static bw_code parse(const struct bw_buf *b, struct bw_zone **ret)
{
    struct bw_error err = { 0 };
    return bw_zone_parse(BW_STR("Test/Zone"), bw_buf_view(b), ret, &err);
}

static void reads_footers(void **state)
{
    (void)state;
    static const struct {
        const char *footer, *instant;
        int offset;
        const char *abbr;
    } rows[] = {
        { "", "2026-07-01T00:00:00Z", 3600, "ABC" },
        { "<-03>3", "2026-07-01T00:00:00Z", -10800, "-03" },
        { "IST-5:30:15", "2026-07-01T00:00:00Z", 19815, "IST" },
        { "STD8DST,J60,J300", "2024-03-01T09:59:59Z", -28800, "STD" },
        { "STD8DST,J60,J300", "2024-03-01T10:00:00Z", -25200, "DST" },
        { "STD8DST,59,300", "2024-02-29T10:00:00Z", -25200, "DST" },
        { "STD8DST,59,300", "2023-02-28T10:00:00Z", -28800, "STD" },
        { "STD0DST,M3.5.0/2:30:15,M10.1.6/+1", "2026-03-29T02:30:14Z", 0, "STD" },
        { "STD0DST,M3.5.0/2:30:15,M10.1.6/+1", "2026-03-29T02:30:15Z", 3600, "DST" },
        { "STD0DST,M3.5.0/2:30:15,M10.1.6/+1", "2026-10-02T23:59:59Z", 3600, "DST" },
        { "STD0DST,M3.5.0/2:30:15,M10.1.6/+1", "2026-10-03T00:00:00Z", 0, "STD" },
        { "XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z", -14400, "EDT" },
        { "XXX3EDT4,0/0,J365/23", "2026-12-31T23:59:59Z", -14400, "EDT" },
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7200, "-02" },
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600, "-01" },
        { "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z", 0, "GMT" },
        { "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z", 3600, "IST" },
    };
    for (size_t row = 0; row < BW_LEN(rows); row++) {
        struct bw_buf b;
        struct bw_zone *z = NULL;
        const char *abbr;
        bw_buf_init(&b, 1000);
        build(&b, '3', rows[row].footer);
        assert_int_equal(parse(&b, &z), BW_OK);
        assert_int_equal(bw_zone_offset(z, at(rows[row].instant), &abbr), rows[row].offset);
        assert_string_equal(abbr, rows[row].abbr);
        bw_zone_free(z);
        bw_buf_done(&b);
    }
}

static void refuses_bad_footers(void **state)
{
    (void)state;
    static const char *const footers[] = {
        "CE-1",
        "CET",
        "CET-25",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "<CET-1",
        "CET-1x",
        "CET-1:60",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J9",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0,",
        "ABCDEFGHIJKLMNOPQRST1",
        "CET-99999999999",
    };
    for (size_t row = 0; row < BW_LEN(footers); row++) {
        struct bw_buf b;
        struct bw_zone *z = NULL;
        bw_buf_init(&b, 1000);
        build(&b, '2', footers[row]);
        assert_int_equal(parse(&b, &z), BW_E_IO);
        assert_null(z);
        bw_buf_done(&b);
    }
}

static void version_1_has_no_footer(void **state)
{
    (void)state;
    struct bw_buf b;
    struct bw_zone *z = NULL;
    bw_buf_init(&b, 1000);
    build(&b, '\0', "");
    assert_int_equal(parse(&b, &z), BW_OK);
    assert_int_equal(bw_zone_offset(z, 0, NULL), 3600);
    assert_int_equal(bw_zone_to_utc(z, BW_HOUR, NULL), 0);
    /* The ends of the type do not overflow. */
    assert_true(bw_zone_to_utc(z, INT64_MIN, NULL) < 0);
    assert_true(bw_zone_to_utc(z, INT64_MAX, NULL) > 0);
    bw_zone_free(z);
    b.p[4] = '5';
    assert_int_equal(parse(&b, &z), BW_E_IO);
    bw_buf_done(&b);
}

static void read_whole(const char *path, struct bw_buf *b)
{
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    bw_buf_init(b, 1 << 20);
    char *room = bw_buf_room(b, 1 << 16);
    assert_non_null(room);
    bw_buf_grew(b, fread(room, 1, 1 << 16, f));
    fclose(f);
}

/* Every cut is refused, and no changed byte does more than give another zone or a refusal (run under ASan). */
static void cut_and_bent_files_do_no_harm(void **state)
{
    (void)state;
    struct bw_buf whole;
    read_whole("/usr/share/zoneinfo/Europe/Madrid", &whole);
    for (size_t n = 0; n < whole.n; n++) {
        struct bw_zone *z = NULL;
        char *exact = malloc(n ? n : 1); /* so that ASan sees a read past the end */
        memcpy(exact, whole.p, n);
        assert_int_equal(bw_zone_parse(BW_STR("X"), bw_str_n(exact, n), &z, NULL), BW_E_IO);
        free(exact);
    }
    unsigned read = 0;
    for (size_t n = 0; n < whole.n; n++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct bw_zone *z = NULL;
            whole.p[n] = (char)(whole.p[n] ^ (1 << bit));
            if (parse(&whole, &z) == BW_OK) {
                read++;
                assert_in_range(bw_zone_offset(z, at("2026-07-01T00:00:00Z"), NULL) + 200000, 0, 400000);
                bw_zone_to_utc(z, at("2100-03-28T02:30:00Z"), NULL);
                bw_zone_free(z);
            }
            whole.p[n] = (char)(whole.p[n] ^ (1 << bit));
        }
    }
    assert_true(read > 0 && read < whole.n * 8);
    bw_buf_done(&whole);
}

int main(void)
{
    if (access("/usr/share/zoneinfo/Europe/Madrid", R_OK) != 0) {
        fputs("skipped: no zoneinfo here\n", stderr);
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_from_the_table),
        cmocka_unit_test(far_years_by_the_footer),
        cmocka_unit_test(local_times_met),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(refuses_names_that_leave_the_folder),
        cmocka_unit_test(reads_footers),
        cmocka_unit_test(refuses_bad_footers),
        cmocka_unit_test(version_1_has_no_footer),
        cmocka_unit_test(cut_and_bent_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
