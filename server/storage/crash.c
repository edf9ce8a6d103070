/* SPDX-License-Identifier: Apache-2.0 */
/* Named points where a test ends the process (reliability.md 7, row 1); nothing of it is in a release build. */
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "bw/storage/writer.h"

#if BW_TEST_CLOCK
void bw_crash_point(const char *name)
{
    static atomic_uint_least64_t passes;
    const char *want = getenv("BAGWATCH_CRASH_AT");
    if (!want)
        return;
    struct bw_str rest = bw_str_c(want);
    if (!bw_str_eq_c(bw_str_split(&rest, ':'), name))
        return;
    uint64_t nth = 1;
    if (rest.p && !bw_str_to_u64(rest, 1, UINT32_MAX, &nth))
        return;
    if (atomic_fetch_add(&passes, 1) + 1 == nth)
        (void)kill(getpid(), SIGKILL);
}
#else
void bw_crash_point(const char *name)
{
    (void)name;
}
#endif
