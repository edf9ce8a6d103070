/* SPDX-License-Identifier: Apache-2.0 */
/* clock_shift.c - preloaded into one process, it shows that process a wall clock that is off by BW_CLOCK_SHIFT seconds;
 * the monotonic clocks are left alone, as when a machine's time is set wrong.  Layer: tests.  Threads: any. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *to)
{
    const char *shift = getenv("BW_CLOCK_SHIFT");
    int rc = (int)syscall(SYS_clock_gettime, id, to);
    if (rc == 0 && id == CLOCK_REALTIME && shift)
        to->tv_sec += strtol(shift, NULL, 10);
    return rc;
}
