/* SPDX-License-Identifier: Apache-2.0 */
/* clock_test.c - wall time that never falls, and the test clock moved by another process. */
#include "bw/base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char path[64];
static int fd = -1;

static int setup(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "/tmp/bw_clock_test.XXXXXX");
    fd = mkstemp(path);
    return fd < 0;
}

static int teardown(void **state)
{
    (void)state;
    unsetenv("BAGWATCH_TEST_CLOCK");
    bw_clock_set_offset(0);
    close(fd);
    unlink(path);
    return bw_clock_init(NULL) != BW_OK;
}

/* Overwrites the line in place: always the same number of bytes. */
static void set_clock(bw_time at, int64_t rate)
{
    char line[33];
    int n = snprintf(line, sizeof(line), "%lld %-10lld", (long long)at, (long long)rate);
    while (n > 0 && line[n - 1] == ' ')
        n--;
    memset(line + n, '\n', sizeof(line) - (size_t)n);
    if (pwrite(fd, line, 32, 0) != 32)
        abort();
}

static void start_clock(bw_time at, int64_t rate)
{
    struct bw_error err = { 0 };
    set_clock(at, rate);
    setenv("BAGWATCH_TEST_CLOCK", path, 1);
    if (bw_clock_init(&err) != BW_OK)
        fail_msg("%s", err.detail);
    assert_true(bw_clock_faked());
}

static void wall_never_falls(void **state)
{
    (void)state;
    unsetenv("BAGWATCH_TEST_CLOCK");
    assert_int_equal(bw_clock_init(NULL), BW_OK);
    assert_false(bw_clock_faked());
    bw_time before = bw_clock_wall();
    assert_true(before > INT64_C(1700000000) * BW_SECOND);
    bw_clock_set_offset(BW_HOUR);
    assert_int_equal(bw_clock_offset(), BW_HOUR);
    bw_time ahead = bw_clock_wall();
    assert_true(ahead >= before + BW_HOUR && ahead < before + BW_HOUR + BW_MINUTE);
    /* The database's clock turned out to be an hour behind: time stands still rather than falling. */
    bw_clock_set_offset(0);
    bw_time again = bw_clock_wall();
    assert_true(again >= ahead && again < ahead + BW_SECOND);
    assert_int_equal(bw_clock_init(NULL), BW_OK);
    assert_true(bw_clock_wall() < ahead);
}

static void mono_only_rises(void **state)
{
    (void)state;
    bw_time last = bw_clock_mono();
    assert_true(last > 0);
    for (int round = 0; round < 1000; round++) {
        bw_time now = bw_clock_mono();
        assert_true(now >= last);
        last = now;
    }
}

static void rate_0_stands_still(void **state)
{
    (void)state;
    const bw_time story = INT64_C(1795206840) * BW_SECOND;
    start_clock(story, 0);
    bw_time until = bw_clock_mono() + 20 * BW_MS;
    while (bw_clock_mono() < until)
        assert_int_equal(bw_clock_wall(), story);
    bw_clock_set_offset(BW_DAY); /* a measured offset has no say over a test clock */
    assert_int_equal(bw_clock_wall(), story);
}

static void a_rate_makes_time_fly(void **state)
{
    (void)state;
    const bw_time story = INT64_C(1795206840) * BW_SECOND;
    start_clock(story, 3600);
    bw_time deadline = bw_clock_mono() + 10 * BW_SECOND, last = story;
    while (last < story + BW_MINUTE) {
        bw_time now = bw_clock_wall();
        assert_true(now >= last);
        last = now;
        assert_true(bw_clock_mono() < deadline);
    }
}

static void another_process_moves_the_time(void **state)
{
    (void)state;
    const bw_time story = INT64_C(1795206840) * BW_SECOND;
    int status;
    start_clock(story, 0);
    assert_int_equal(bw_clock_wall(), story);
    pid_t child = fork();
    if (child == 0) {
        set_clock(story + 3 * BW_HOUR + 7, 0);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(bw_clock_wall(), story + 3 * BW_HOUR + 7);
    /* Backwards: the contract of wall time is stronger than the file. */
    set_clock(story, 0);
    assert_int_equal(bw_clock_wall(), story + 3 * BW_HOUR + 7);
    assert_int_equal(bw_clock_init(NULL), BW_OK);
    assert_int_equal(bw_clock_wall(), story);
}

static void a_broken_line_keeps_the_last_good_time(void **state)
{
    (void)state;
    const bw_time story = INT64_C(1795206840) * BW_SECOND;
    start_clock(story, 0);
    assert_int_equal(pwrite(fd, "x", 1, 3), 1);
    assert_int_equal(bw_clock_wall(), story);
    set_clock(story + 1, 0);
    assert_int_equal(bw_clock_wall(), story + 1);
}

static _Atomic bool stop_reading;
static _Atomic unsigned wrong, readings;

static void *read_often(void *arg)
{
    (void)arg;
    bw_time last = 0;
    while (!atomic_load(&stop_reading)) {
        bw_time now = bw_clock_wall();
        /* Only whole days are ever written, so a torn line would show. */
        if (now % BW_DAY != 0 || now < last)
            atomic_fetch_add(&wrong, 1);
        last = now;
        atomic_fetch_add(&readings, 1);
    }
    return NULL;
}

static void threads_read_whole_lines_while_it_changes(void **state)
{
    (void)state;
    pthread_t threads[3];
    int status;
    start_clock(10000 * BW_DAY, 0);
    atomic_store(&stop_reading, false);
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(pthread_create(&threads[t], NULL, read_often, NULL), 0);
    pid_t child = fork();
    if (child == 0) {
        for (int day = 10001; day <= 12000; day++)
            set_clock(day * BW_DAY, 0);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    bw_time deadline = bw_clock_mono() + 30 * BW_SECOND;
    while (atomic_load(&readings) < 1000)
        assert_true(bw_clock_mono() < deadline);
    atomic_store(&stop_reading, true);
    for (size_t t = 0; t < BW_LEN(threads); t++)
        pthread_join(threads[t], NULL);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_int_equal(bw_clock_wall(), 12000 * BW_DAY);
}

static void bad_files_are_refused(void **state)
{
    (void)state;
    static const char *const lines[] = { "",
                                         "\n",
                                         "1795206840000000\n",
                                         "1795206840000000 0",
                                         "x 0\n",
                                         "1 -1\n",
                                         "-1 0\n",
                                         "1  0\n",
                                         "1 0 \n",
                                         "1 1000001\n",
                                         "1 0x\n" };
    for (size_t row = 0; row < BW_LEN(lines); row++) {
        struct bw_error err = { 0 };
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, lines[row], strlen(lines[row]), 0), strlen(lines[row]));
        setenv("BAGWATCH_TEST_CLOCK", path, 1);
        assert_int_equal(bw_clock_init(&err), BW_E_CONFIG);
        assert_string_equal(err.field, "BAGWATCH_TEST_CLOCK");
        assert_false(bw_clock_faked());
    }
    setenv("BAGWATCH_TEST_CLOCK", "/nonexistent/clock", 1);
    assert_int_equal(bw_clock_init(NULL), BW_E_CONFIG);
    setenv("BAGWATCH_TEST_CLOCK", "", 1);
    assert_int_equal(bw_clock_init(NULL), BW_OK);
    assert_false(bw_clock_faked());
}

#define WITH_FILE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
    const struct CMUnitTest always[] = { WITH_FILE(wall_never_falls), cmocka_unit_test(mono_only_rises) };
    const struct CMUnitTest faked[] = {
        WITH_FILE(rate_0_stands_still),
        WITH_FILE(a_rate_makes_time_fly),
        WITH_FILE(another_process_moves_the_time),
        WITH_FILE(a_broken_line_keeps_the_last_good_time),
        WITH_FILE(threads_read_whole_lines_while_it_changes),
        WITH_FILE(bad_files_are_refused),
    };
    int failed = cmocka_run_group_tests(always, NULL, NULL);
    if (bw_clock_testable())
        return failed + cmocka_run_group_tests(faked, NULL, NULL);
    fputs("skipped: this build has no test clock\n", stderr);
    return failed;
}
