/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - wall and monotonic time, and the test clock where the build has one.
 * The test clock's file is mapped once and read on every call, so another process moves the time of all running
 * instances by one pwrite in place.  It must never be truncated: a mapped page beyond the end raises SIGBUS.
 * Layer: base.  Threads: any after bw_clock_init.  Source: design.md 5. */
#include "bw/base/clock.h"

#include <stdatomic.h>
#include <time.h>

#if BW_TEST_CLOCK
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

static _Atomic int64_t wall_offset;
/* The latest instant anybody was told; wall time never falls below it. */
static _Atomic int64_t wall_floor;

static bw_time read_system(clockid_t id)
{
    struct timespec ts;
    BW_ASSERT(clock_gettime(id, &ts) == 0);
    return (bw_time)ts.tv_sec * BW_SECOND + ts.tv_nsec / 1000;
}

#if BW_TEST_CLOCK

enum { LINE_MAX_BYTES = 64, MAP_BYTES = 4096, TRIES = 1000, RATE_MAX = 1000000 };

/* set by bw_clock_init, then read-only */
static const char *test_map;
static int test_fd = -1;
/* shared: test_mu.  What the last clean read said. */
static pthread_mutex_t test_mu = PTHREAD_MUTEX_INITIALIZER;
static bw_time test_last;

/* "<unix us> <rate>\n"; what follows the line is padding. */
static bool parse_line(struct bw_str text, int64_t *ret_at, int64_t *ret_rate)
{
    size_t end = bw_str_find(text, '\n');
    if (end == text.n)
        return false;
    struct bw_str rate = bw_str_take(text, end);
    struct bw_str at = bw_str_split(&rate, ' ');
    return bw_str_to_i64(at, 0, INT64_MAX / 4, ret_at) && bw_str_to_i64(rate, 0, RATE_MAX, ret_rate);
}

static bw_time mtime_of(const struct stat *st)
{
    return (bw_time)st->st_mtim.tv_sec * BW_SECOND + st->st_mtim.tv_nsec / 1000;
}

/* One reading.  The writer is another process and takes no lock, so the line counts only when two copies and the
 * times of change around them agree. */
static bool read_test_once(bw_time *ret)
{
    struct stat before, after;
    char line[LINE_MAX_BYTES], again[LINE_MAX_BYTES];
    int64_t at, rate, passed;
    if (fstat(test_fd, &before) != 0 || before.st_size < 1)
        return false;
    size_t n = before.st_size < LINE_MAX_BYTES ? (size_t)before.st_size : LINE_MAX_BYTES;
    memcpy(line, test_map, n);
    atomic_thread_fence(memory_order_seq_cst);
    memcpy(again, test_map, n);
    if (fstat(test_fd, &after) != 0 || mtime_of(&before) != mtime_of(&after) || memcmp(line, again, n) != 0 ||
        !parse_line(bw_str_n(line, n), &at, &rate))
        return false;
    passed = read_system(CLOCK_REALTIME) - mtime_of(&after);
    if (passed < 0)
        passed = 0;
    if (__builtin_mul_overflow(passed, rate, &passed) || __builtin_add_overflow(at, passed, ret))
        return false;
    return true;
}

static bool read_test(bw_time *ret)
{
    for (int attempt = 0; attempt < TRIES; attempt++)
        if (read_test_once(ret))
            return true;
    return false;
}

static void close_test(void)
{
    if (test_map)
        munmap((void *)(uintptr_t)test_map, MAP_BYTES);
    if (test_fd >= 0)
        close(test_fd);
    test_map = NULL;
    test_fd = -1;
}

static bw_code open_test(struct bw_error *err)
{
    static const char name[] = "BAGWATCH_TEST_CLOCK";
    const char *path = getenv(name);
    close_test();
    if (!path || !*path)
        return BW_OK;
    test_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (test_fd < 0)
        return bw_fail(err, BW_E_CONFIG, name, "cannot open %s: errno %d", path, errno);
    void *map = mmap(NULL, MAP_BYTES, PROT_READ, MAP_SHARED, test_fd, 0);
    test_map = map == MAP_FAILED ? NULL : map;
    if (!test_map || !read_test(&test_last)) {
        close_test();
        return bw_fail(err, BW_E_CONFIG, name, "%s does not hold \"<unix us> <rate>\" and a line end", path);
    }
    return BW_OK;
}

static bw_time read_wall(void)
{
    if (!test_map)
        return read_system(CLOCK_REALTIME) + atomic_load_explicit(&wall_offset, memory_order_relaxed);
    pthread_mutex_lock(&test_mu);
    bw_time now;
    if (read_test(&now))
        test_last = now;
    now = test_last;
    pthread_mutex_unlock(&test_mu);
    return now;
}

bool bw_clock_testable(void)
{
    return true;
}

bool bw_clock_faked(void)
{
    return test_map != NULL;
}

#else

static bw_code open_test(struct bw_error *err)
{
    (void)err;
    return BW_OK;
}

static bw_time read_wall(void)
{
    return read_system(CLOCK_REALTIME) + atomic_load_explicit(&wall_offset, memory_order_relaxed);
}

bool bw_clock_testable(void)
{
    return false;
}

bool bw_clock_faked(void)
{
    return false;
}

#endif

bw_code bw_clock_init(struct bw_error *err)
{
    atomic_store(&wall_floor, 0);
    return open_test(err);
}

bw_time bw_clock_wall(void)
{
    bw_time now = read_wall();
    bw_time told = atomic_load(&wall_floor);
    while (now > told)
        if (atomic_compare_exchange_weak(&wall_floor, &told, now))
            return now;
    return told;
}

bw_time bw_clock_mono(void)
{
    return read_system(CLOCK_MONOTONIC);
}

bw_time bw_clock_boot(void)
{
    return read_system(CLOCK_BOOTTIME);
}

bw_time bw_clock_system(void)
{
    return read_system(CLOCK_REALTIME);
}

void bw_clock_set_offset(int64_t offset_us)
{
    atomic_store_explicit(&wall_offset, offset_us, memory_order_relaxed);
}

int64_t bw_clock_offset(void)
{
    return atomic_load_explicit(&wall_offset, memory_order_relaxed);
}
