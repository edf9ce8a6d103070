/* SPDX-License-Identifier: Apache-2.0 */
/* metrics_test.c - the text that Prometheus reads, from counts made by many threads. */
#include "bw/base/metrics.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bw/base/sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct bw_buf out;

static int setup(void **state)
{
    (void)state;
    bw_metrics_reset();
    bw_buf_init(&out, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_buf_done(&out);
    return 0;
}

static bool printed(const char *line)
{
    char whole[300];
    bw_buf_clear(&out);
    bw_buf_ch(&out, '\n');
    bw_metrics_print(&out);
    snprintf(whole, sizeof(whole), "\n%s\n", line);
    return strstr(bw_buf_cstr(&out), whole) != NULL;
}

/* req: OPS-04 */
static void counters_and_gauges(void **state)
{
    (void)state;
    assert_true(printed("bagwatch_writer_clashes_total 0"));
    assert_true(printed("# TYPE bagwatch_writer_clashes_total counter"));
    assert_true(printed("# HELP bagwatch_db_up 1 while the database answers."));
    assert_true(printed("# TYPE bagwatch_db_up gauge"));
    bw_metric_add(BW_M_CLASHES, 0, 2);
    bw_metric_add(BW_M_CLASHES, 0, 3);
    bw_metric_set(BW_M_DB_UP, 0, 1);
    assert_int_equal(bw_metric_get(BW_M_CLASHES, 0), 5);
    assert_true(printed("bagwatch_writer_clashes_total 5"));
    assert_true(printed("bagwatch_db_up 1"));
    bw_metric_set(BW_M_CLOCK_OFFSET, 0, -1500);
    assert_true(printed("bagwatch_clock_offset_seconds -0.001500"));
    bw_metric_set(BW_M_CLOCK_OFFSET, 0, 61 * BW_SECOND + 5);
    assert_true(printed("bagwatch_clock_offset_seconds 61.000005"));
    bw_metric_set(BW_M_CLOCK_OFFSET, 0, INT64_MIN);
    assert_true(printed("bagwatch_clock_offset_seconds -9223372036854.775808"));
    bw_metrics_reset();
    assert_true(printed("bagwatch_writer_clashes_total 0"));
}

static void only_labelled_series_are_seen(void **state)
{
    (void)state;
    bw_metric_add(BW_M_HTTP_REQUESTS, 7, 4);
    bw_buf_clear(&out);
    bw_metrics_print(&out);
    assert_null(strstr(bw_buf_cstr(&out), "\nbagwatch_http_requests_total"));
    bw_metric_label(BW_M_HTTP_REQUESTS, 7, "route=\"/v1/events\",method=\"POST\",code=\"4xx\"");
    bw_metric_label(BW_M_HTTP_REQUESTS, 7, "route=\"/v1/events\",method=\"POST\",code=\"2xx\"");
    bw_metric_label(BW_M_HTTP_REQUESTS, 1023, "route=\"/v1/bags/{plate}\",method=\"GET\",code=\"5xx\"");
    assert_true(printed("bagwatch_http_requests_total{route=\"/v1/events\",method=\"POST\",code=\"2xx\"} 4"));
    assert_true(printed("bagwatch_http_requests_total{route=\"/v1/bags/{plate}\",method=\"GET\",code=\"5xx\"} 0"));
    assert_false(printed("bagwatch_http_requests_total{route=\"/v1/events\",method=\"POST\",code=\"4xx\"} 4"));
}

static void histograms_cumulate(void **state)
{
    (void)state;
    bw_metric_observe(BW_M_COMMIT, 0, 500);
    bw_metric_observe(BW_M_COMMIT, 0, 501);
    bw_metric_observe(BW_M_COMMIT, 0, -3);
    bw_metric_observe(BW_M_COMMIT, 0, 61 * BW_SECOND);
    assert_int_equal(bw_metric_get(BW_M_COMMIT, 0), 4);
    assert_true(printed("# TYPE bagwatch_writer_commit_seconds histogram"));
    assert_true(printed("bagwatch_writer_commit_seconds_bucket{le=\"0.0005\"} 2"));
    assert_true(printed("bagwatch_writer_commit_seconds_bucket{le=\"0.001\"} 3"));
    assert_true(printed("bagwatch_writer_commit_seconds_bucket{le=\"60\"} 3"));
    assert_true(printed("bagwatch_writer_commit_seconds_bucket{le=\"+Inf\"} 4"));
    assert_true(printed("bagwatch_writer_commit_seconds_sum 61.001001"));
    assert_true(printed("bagwatch_writer_commit_seconds_count 4"));
    bw_metric_observe_n(BW_M_BATCH, 0, 40);
    assert_true(printed("bagwatch_writer_batch_events_bucket{le=\"32\"} 0"));
    assert_true(printed("bagwatch_writer_batch_events_bucket{le=\"64\"} 1"));
    assert_true(printed("bagwatch_writer_batch_events_sum 40"));
    bw_metric_label(BW_M_HTTP_SECONDS, 3, "route=\"/v1/events\"");
    bw_metric_observe(BW_M_HTTP_SECONDS, 3, 20 * BW_MS);
    assert_true(printed("bagwatch_http_request_duration_seconds_bucket{route=\"/v1/events\",le=\"0.025\"} 1"));
    assert_true(printed("bagwatch_http_request_duration_seconds_sum{route=\"/v1/events\"} 0.020000"));
    assert_true(printed("bagwatch_http_request_duration_seconds_count{route=\"/v1/events\"} 1"));
}

static void *count(void *arg)
{
    (void)arg;
    for (int n = 0; n < 10000; n++) {
        bw_metric_add(BW_M_DEAD_LETTERS, 0, 1);
        bw_metric_add(BW_M_QUEUE, 0, n % 2 ? UINT64_MAX : 1); /* up and down again */
        bw_metric_observe(BW_M_FEED_WIRE, 0, n);
    }
    return NULL;
}

static void threads_count_exactly(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(bw_thread_start(&threads[t], "count", count, NULL, NULL), BW_OK);
    assert_true(printed("# TYPE bagwatch_dead_letters_total counter"));
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(pthread_join(threads[t], NULL), 0);
    assert_int_equal(bw_metric_get(BW_M_DEAD_LETTERS, 0), 40000);
    assert_int_equal(bw_metric_get(BW_M_QUEUE, 0), 0);
    assert_int_equal(bw_metric_get(BW_M_FEED_WIRE, 0), 40000);
    assert_true(printed("bagwatch_feed_wire_seconds_sum 199.980000"));
}

static bool aborts(enum bw_metric m, unsigned slot, const char *label)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr))
            _exit(0);
        bw_metric_label(m, slot, label);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

/* req: OPS-04: a label that the table does not name, or text that breaks the format, is a bug found while wiring. */
static void labels_are_checked(void **state)
{
    (void)state;
    assert_false(aborts(BW_M_STREAMS, 0, "kind=\"staff\""));
    static const char *const bad[] = { "",
                                       "kind=\"a\",",
                                       "kind=\"a\"x",
                                       "kind=a",
                                       "kind=\"a",
                                       "sort=\"a\"",
                                       "kind=\"a\n\"",
                                       "kind=\"a\\\"",
                                       "kind=\"a\",kind=\"b\"",
                                       "kind=\"\xff\"" };
    for (size_t row = 0; row < BW_LEN(bad); row++)
        assert_true(aborts(BW_M_STREAMS, 0, bad[row]));
    assert_true(aborts(BW_M_DELIVERIES, 0, "outcome=\"a\",kind=\"b\""));
    assert_true(aborts(BW_M_DB_UP, 0, "kind=\"a\""));
    assert_true(aborts(BW_M_STREAMS, 1024, "kind=\"a\""));
}

/* Every line is a comment or "name{labels} number", and each metric of the table has help and type. */
static void the_text_is_well_formed(void **state)
{
    (void)state;
    unsigned types = 0;
    bw_metrics_print(&out);
    assert_true(bw_buf_ok(&out));
    struct bw_str rest = bw_buf_view(&out);
    assert_true(bw_str_ends(rest, BW_STR("\n")));
    while (rest.n) {
        struct bw_str line = bw_str_split(&rest, '\n');
        if (bw_str_starts(line, BW_STR("# TYPE bagwatch_")))
            types++;
        else if (!bw_str_starts(line, BW_STR("# HELP bagwatch_"))) {
            assert_true(bw_str_starts(line, BW_STR("bagwatch_")));
            size_t at = line.n;
            while (at > 0 && line.p[at - 1] != ' ')
                at--;
            assert_true(at > 0 && at < line.n);
            for (; at < line.n; at++)
                assert_true(bw_is_digit(line.p[at]) || line.p[at] == '.' || line.p[at] == '-');
        }
    }
    assert_int_equal(types, BW_METRIC_MAX);
}

static void a_full_buffer_fails_once(void **state)
{
    (void)state;
    struct bw_buf small;
    bw_buf_init(&small, 100);
    bw_metrics_print(&small);
    assert_false(bw_buf_ok(&small));
    bw_buf_done(&small);
}

#define FRESH(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

static void *count_once(void *arg)
{
    (void)arg;
    bw_metric_add(BW_M_CLASHES, 0, 1);
    bw_metric_set(BW_M_QUEUE, 0, 7);
    bw_metric_observe(BW_M_COMMIT, 0, 1000);
    bw_metric_observe_n(BW_M_BATCH, 0, 12);
    return NULL;
}

/* req: ING-15 what the test realm counts is not counted: a mute thread, and one that it starts, also after it has ended
 * its own silence */
static void a_mute_thread_and_its_children_count_nothing(void **state)
{
    struct bw_error err = { 0 };
    pthread_t child, loud;
    (void)state;
    bw_metrics_mute(true);
    count_once(NULL);
    assert_int_equal(bw_thread_start(&child, "child", count_once, NULL, &err), BW_OK);
    bw_metrics_mute(false);
    pthread_join(child, NULL);
    const enum bw_metric all[] = { BW_M_CLASHES, BW_M_QUEUE, BW_M_COMMIT, BW_M_BATCH };
    for (size_t k = 0; k < BW_LEN(all); k++)
        assert_int_equal(bw_metric_get(all[k], 0), 0);
    assert_int_equal(bw_thread_start(&loud, "loud", count_once, NULL, &err), BW_OK);
    pthread_join(loud, NULL);
    assert_int_equal(bw_metric_get(BW_M_CLASHES, 0), 1);
    assert_int_equal(bw_metric_get(BW_M_QUEUE, 0), 7);
    assert_int_equal(bw_metric_get(BW_M_COMMIT, 0), 1);
    assert_int_equal(bw_metric_get(BW_M_BATCH, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(counters_and_gauges),      FRESH(only_labelled_series_are_seen),
        FRESH(histograms_cumulate),      FRESH(threads_count_exactly),
        FRESH(labels_are_checked),       FRESH(the_text_is_well_formed),
        FRESH(a_full_buffer_fails_once), FRESH(a_mute_thread_and_its_children_count_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
