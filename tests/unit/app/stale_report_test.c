/* SPDX-License-Identifier: Apache-2.0 */
/* stale_report_test.c - the stale-update report written as CSV and JSON: the same figures in both, byte for byte. */
#include "bw/app/stale_report.h"

#include "app_test.h"

static struct bw_stale_line lines[2];
static struct bw_stale_coverage coverage[2] = { { "LH", "IB", 2, 90 * BW_MINUTE }, { "UX", "", 1, 60 * BW_MINUTE } };
static struct bw_stale_report report;

static struct bw_stale_line line(const char *key)
{
    struct bw_stale_line to = { .row = { .fell_due = 10,
                                         .kept_fact = 1,
                                         .kept_search = 2,
                                         .kept_confirmation = 1,
                                         .kept_replan = 1,
                                         .late = 3,
                                         .never = 2,
                                         .superseded = 4,
                                         .moved = 6,
                                         .late_us = 90 * BW_MINUTE,
                                         .max_late_us = 60 * BW_MINUTE,
                                         .waited_us = 240 * BW_MINUTE,
                                         .in_silent_feed = 1,
                                         .in_disruption = 2,
                                         .silent_us = 120 * BW_MINUTE,
                                         .silent_yardstick_us = 180 * BW_MINUTE } };
    bw_str_put(bw_str_c(key), to.key, sizeof to.key);
    return to;
}

static void make(enum bw_stale_by by, const char *key)
{
    lines[0] = line(key);
    lines[1] = line("IB");
    report = (struct bw_stale_report){ .period = { at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"),
                                                   at("2026-11-22T12:00:00Z") },
                                       .by = by,
                                       .lines = lines,
                                       .n = 2,
                                       .all = line("all"),
                                       .coverage = coverage,
                                       .n_coverage = 2,
                                       .watched_us = 600 * BW_MINUTE };
}

#define HEAD                                                                                                           \
    "fell_due,kept,kept_by_fact,kept_by_search,kept_by_confirmation,kept_by_replan,late,still_open,superseded,"        \
    "moved,late_minutes,longest_minutes,silent_minutes,silent_minutes_by_yardstick,waited_minutes,in_silent_feed,in_"  \
    "disruption,"                                                                                                      \
    "watched_minutes,relaxed_policies\r\n"
#define ROW "10,5,1,2,1,1,3,2,4,6,90,60,120,180,240,1,2,"

static void csv_is(const char *wanted)
{
    struct bw_buf text;
    bw_buf_init(&text, 4096);
    bw_stale_csv(&report, &text);
    assert_string_equal(bw_buf_cstr(&text), wanted);
    bw_buf_done(&text);
}

static void rows_end_in_crlf_and_the_total_stands_last(void **state)
{
    (void)state;
    make(BW_BY_CARRIER, "BA");
    csv_is("carrier," HEAD "BA," ROW ",\r\nIB," ROW ",\r\nall," ROW "600,\r\n");
    make(BW_BY_STATION, "-"); /* promises without a station: a lone dash is no formula */
    csv_is("station," HEAD "-," ROW ",\r\nIB," ROW ",\r\nall," ROW "600,\r\n");
    report.n = 0;
    csv_is("station," HEAD "all," ROW "600,\r\n");
}

/* RFC 4180 quoting, and an apostrophe before what a spreadsheet would take for a formula (AUD-04, reliability.md W6).
 */
static void cells_are_quoted_and_never_formulas(void **state)
{
    (void)state;
    static const char *const cells[][2] = {
        { "=1+1", "'=1+1" },    { "+1", "'+1" },
        { "-1", "'-1" },        { "@SUM(A1)", "'@SUM(A1)" },
        { "\tx", "'\tx" },      { "\rx", "\"'\rx\"" },
        { "a,b", "\"a,b\"" },   { "a\"b", "\"a\"\"b\"" },
        { "a\nb", "\"a\nb\"" }, { "=\"x\"", "\"'=\"\"x\"\"\"" },
        { "a=b", "a=b" },
    };
    for (size_t k = 0; k < BW_LEN(cells); k++) {
        struct bw_buf wanted;
        make(BW_BY_CARRIER, cells[k][0]);
        bw_buf_init(&wanted, 4096);
        bw_buf_c(&wanted, "carrier," HEAD);
        bw_buf_c(&wanted, cells[k][1]);
        bw_buf_c(&wanted, "," ROW ",\r\nIB," ROW ",\r\nall," ROW "600,\r\n");
        csv_is(bw_buf_cstr(&wanted));
        bw_buf_done(&wanted);
    }
}

#define FIGURES                                                                                                        \
    "\"fell_due\":10,\"kept\":5,\"kept_by_fact\":1,\"kept_by_search\":2,\"kept_by_confirmation\":1,\"kept_by_"         \
    "replan\":"                                                                                                        \
    "1,\"late\":3,\"still_open\":2,\"superseded\":4,\"moved\":6,\"late_minutes\":90,\"longest_minutes\":60,\"silent_"  \
    "minutes\":"                                                                                                       \
    "120,\"silent_minutes_by_yardstick\":180,\"waited_minutes\":240,\"in_silent_feed\":1,\"in_disruption\":2}"

static void json_has_the_same_figures_and_the_period(void **state)
{
    (void)state;
    struct bw_buf text;
    struct bw_json_out j;
    make(BW_BY_STATION, "LHR");
    bw_buf_init(&text, 4096);
    bw_json_out_init(&j, &text);
    bw_stale_json(&report, &j);
    assert_string_equal(bw_buf_cstr(&text),
                        "{\"method\":1,\"from\":\"2026-11-20T00:00:00Z\",\"to\":\"2026-11-21T00:00:00Z\",\"as_of\":"
                        "\"2026-11-22T12:00:00Z\",\"by\":\"station\",\"relaxed\":[],\"desk_hours\":[],\"rows\":[{"
                        "\"station\":"
                        "\"LHR\"," FIGURES ",{\"station\":\"IB\"," FIGURES "],\"all\":{\"station\":\"all\"," FIGURES
                        ",\"watched_minutes\":600,\"coverage\":[{\"carrier\":\"LH\",\"via\":\"IB\",\"promises\":2,"
                        "\"minutes\":90},{\"carrier\":\"UX\",\"promises\":1,\"minutes\":60}]}");
    bw_buf_done(&text);
}

/* CLK-02: what gave more time stands beside the figures that it made better, on the lines that it concerns. */
static void relaxed_policies_stand_on_the_lines_they_concern(void **state)
{
    (void)state;
    struct bw_stale_relaxed relaxed[] = {
        { .p = { .owed = "located", .carrier = "BA", .station = "LHR", .minutes = 480 }, .until = BW_TIME_NONE },
        { .p = { .owed = "held", .minutes = 2000 }, .until = BW_TIME_NONE },
    };
    relaxed[0].p.valid_from = relaxed[0].p.told_at = at("2026-11-19T00:00:00Z");
    relaxed[1].p.valid_from = relaxed[1].p.told_at = at("2026-11-19T00:00:00Z");
    make(BW_BY_CARRIER, "BA");
    report.relaxed = relaxed;
    report.n_relaxed = 2;
    csv_is("carrier," HEAD "BA," ROW ",located/BALHR 480; held/ 2000\r\nIB," ROW ",held/ 2000\r\nall," ROW
           "600,located/BALHR 480; held/ 2000\r\n");
    report.by = BW_BY_STATION;
    bw_str_put(BW_STR("LHR"), lines[0].key, sizeof lines[0].key);
    csv_is("station," HEAD "LHR," ROW ",located/BALHR 480; held/ 2000\r\nIB," ROW ",held/ 2000\r\nall," ROW
           "600,located/BALHR 480; held/ 2000\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_end_in_crlf_and_the_total_stands_last),
        cmocka_unit_test(cells_are_quoted_and_never_formulas),
        cmocka_unit_test(json_has_the_same_figures_and_the_period),
        cmocka_unit_test(relaxed_policies_stand_on_the_lines_they_concern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
