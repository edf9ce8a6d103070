/* SPDX-License-Identifier: Apache-2.0 */
/* The list of erased files: what was written reads back, what is not ours is refused, what a crash left is passed over.
 */
#include "bw/app/erasures.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char folder[] = "/tmp/bw-erasures-XXXXXX", path[64];
static struct bw_keys keys, others;
static struct bw_arena arena;
static struct bw_erasure_line *lines;
static size_t n;
static struct bw_error err;

static struct bw_erasure_line line(const char *ref, const char *why)
{
    struct bw_erasure_line l = { .at = 1763600000 * BW_SECOND, .case_id = { { 1, 2, 3, [15] = 7 } } };
    bw_str_put(bw_str_c(ref), l.ref, sizeof l.ref);
    bw_str_put(bw_str_c(why), l.why, sizeof l.why);
    return l;
}

static void add(const char *ref)
{
    struct bw_erasure_line l = line(ref, "asked");
    assert_int_equal(bw_erasures_add(path, &keys, &l, &err), BW_OK);
}

static bw_code look(void)
{
    bw_arena_reset(&arena);
    return bw_erasures_read(path, false, &keys, &arena, &lines, &n, &err);
}

static void put_raw(const char *text)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
}

static int fresh(void **state)
{
    (void)state;
    (void)unlink(path);
    return 0;
}

static void what_was_written_reads_back(void **state)
{
    (void)state;
    struct stat st;
    assert_int_equal(look(), BW_OK);
    assert_int_equal(n, 0);
    assert_int_equal(bw_erasures_read(path, true, &keys, &arena, &lines, &n, &err), BW_E_IO);
    add("MADIB10001");
    add("MADIB10002");
    assert_int_equal(look(), BW_OK);
    assert_int_equal(n, 2);
    struct bw_erasure_line wanted = line("MADIB10001", "asked");
    assert_true(lines[0].at == wanted.at && bw_uuid_eq(&lines[0].case_id, &wanted.case_id));
    assert_string_equal(lines[0].why, "asked");
    assert_string_equal(lines[1].ref, "MADIB10002");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_line_that_is_not_ours_destroys_nothing(void **state)
{
    (void)state;
    struct bw_erasure_line l = line("MADIB10003", "asked");
    add("MADIB10001");
    assert_int_equal(bw_erasures_add(path, &others, &l, &err), BW_OK);
    assert_int_equal(look(), BW_E_POISON);
    assert_non_null(strstr(err.detail, "line 2"));
    (void)unlink(path);
    add("MADIB10001");
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "9", 1, (off_t)(strlen("1 2025-11-20T00:53:20Z MADIB1000") + 0)), 1);
    (void)close(fd);
    assert_int_equal(look(), BW_E_POISON);
    (void)unlink(path);
    put_raw("drop everything\n");
    assert_int_equal(look(), BW_E_POISON);
}

static void what_a_crash_left_is_passed_over(void **state)
{
    (void)state;
    add("MADIB10001");
    put_raw("1 2025-11-20T00:5");
    assert_int_equal(look(), BW_OK);
    assert_int_equal(n, 1);
    add("MADIB10002");
    assert_int_equal(look(), BW_OK);
    assert_int_equal(n, 2);
    assert_string_equal(lines[1].ref, "MADIB10002");
}

static void a_place_that_takes_nothing_is_told(void **state)
{
    (void)state;
    struct bw_erasure_line l = line("MADIB10001", "asked");
    assert_int_equal(bw_erasures_add("/tmp/no such folder/erasures.log", &keys, &l, &err), BW_E_IO);
    assert_non_null(strstr(err.detail, "erasures.log"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_written_reads_back, fresh),
        cmocka_unit_test_setup(a_line_that_is_not_ours_destroys_nothing, fresh),
        cmocka_unit_test_setup(what_a_crash_left_is_passed_over, fresh),
        cmocka_unit_test_setup(a_place_that_takes_nothing_is_told, fresh),
    };
    static const uint8_t secret[32] = { 1 }, other[32] = { 2 };
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/erasures.log", folder);
    bw_keys_from(secret, &keys);
    bw_keys_from(other, &others);
    bw_arena_init(&arena, 1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    (void)rmdir(folder);
    bw_arena_done(&arena);
    return failed;
}
