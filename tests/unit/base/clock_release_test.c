/* SPDX-License-Identifier: Apache-2.0 */
/* clock_release_test.c - the clock as a release compiles it: the test clock is not there, whatever the environment
 * says.  The source is compiled into this program with BW_TEST_CLOCK 0, so the library's own copy is not linked. */
#undef BW_TEST_CLOCK
#define BW_TEST_CLOCK 0
#include "clock.c"

#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void release_ignores_the_test_clock(void **state)
{
    (void)state;
    char path[] = "/tmp/bw_clock_release_test.XXXXXX";
    static const char line[] = "4102444800000000 0\n";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, line, sizeof(line) - 1), sizeof(line) - 1);
    setenv("BAGWATCH_TEST_CLOCK", path, 1);
    assert_false(bw_clock_testable());
    assert_int_equal(bw_clock_init(NULL), BW_OK);
    assert_false(bw_clock_faked());
    bw_time now = bw_clock_wall(), system = (bw_time)time(NULL) * BW_SECOND;
    assert_true(now > system - BW_MINUTE && now < system + BW_MINUTE);
    setenv("BAGWATCH_TEST_CLOCK", "/nonexistent/clock", 1);
    assert_int_equal(bw_clock_init(NULL), BW_OK);
    bw_time later = bw_clock_wall();
    assert_true(later >= now && later < now + BW_MINUTE);
    unlink(path);
    close(fd);
}

static void the_offset_still_counts(void **state)
{
    (void)state;
    bw_time before = bw_clock_wall(), mono = bw_clock_mono();
    bw_clock_set_offset(BW_HOUR);
    assert_int_equal(bw_clock_offset(), BW_HOUR);
    assert_true(bw_clock_wall() >= before + BW_HOUR);
    assert_true(bw_clock_mono() - mono < BW_MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(release_ignores_the_test_clock),
        cmocka_unit_test(the_offset_still_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
