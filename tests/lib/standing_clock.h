/* SPDX-License-Identifier: Apache-2.0 */
/* standing_clock.h - the wall clock of a test process stands where the test puts it.  Owns: a file that is mapped and
 * has no name any more.  Threads: one sets, any read. */
#ifndef BW_TESTS_STANDING_CLOCK_H
#define BW_TESTS_STANDING_CLOCK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bw/base/clock.h"

static int standing_clock_fd = -1;

/* Before anything reads a clock; false, and why on standard error. */
static inline bool standing_clock_start(void)
{
    char path[] = "/tmp/bw-clock-XXXXXX";
    struct bw_error err = { 0 };
    standing_clock_fd = mkstemp(path);
    BW_ASSERT(standing_clock_fd >= 0);
    BW_ASSERT(write(standing_clock_fd, "00001795000000000000 0\n", 23) == 23);
    BW_ASSERT(setenv("BAGWATCH_TEST_CLOCK", path, 1) == 0);
    bool started = bw_clock_init(&err) == BW_OK;
    if (!started)
        (void)fprintf(stderr, "%s\n", err.detail);
    (void)unlink(path);
    return started;
}

/* Moves it; it stands still in between. */
static inline void standing_clock_set(bw_time at)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%020lld 0\n", (long long)at);
    assert_int_equal(pwrite(standing_clock_fd, text, (size_t)n, 0), n);
    const struct timespec step = { 0, 1000000 };
    for (int i = 0; i < 1000 && bw_clock_wall() != at; i++)
        (void)nanosleep(&step, NULL);
    assert_true(bw_clock_wall() == at);
}

#endif
