/* SPDX-License-Identifier: Apache-2.0 */
/* log_test.c - every call is one whole JSON line, whatever bytes it is handed; what cannot be written is counted.
 * json-c reads the lines back, so that the test does not believe our own escaping. */
#include "bw/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <json.h>

#include "bw/base/clock.h"
#include "bw/base/metrics.h"
#include "bw/base/sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int fd = -1;
static char text[4 << 20];

static int setup(void **state)
{
    (void)state;
    fd = memfd_create("log", MFD_CLOEXEC);
    /* As the shell's >> does: without it the kernel gives no order to writes of several threads to a memfd. */
    if (fd < 0 || fcntl(fd, F_SETFL, O_APPEND) != 0)
        return 1;
    bw_log_init(fd, BW_DEBUG);
    bw_log_context(BW_STR_NONE, BW_STR_NONE);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_log_init(STDERR_FILENO, BW_INFO);
    return close(fd);
}

/* What was written since the last call. */
static struct bw_str written(void)
{
    ssize_t n = pread(fd, text, sizeof(text), 0);
    assert_true(n >= 0 && (size_t)n < sizeof(text));
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return bw_str_n(text, (size_t)n);
}

/* One line, whole and clean, as a JSON object of the caller's. */
static struct json_object *read_line(struct bw_str line)
{
    assert_true(line.n > 2 && line.n <= PIPE_BUF);
    assert_int_equal(bw_str_find(line, '\n'), line.n - 1);
    line.n--;
    assert_true(bw_utf8_valid(line, 0));
    for (size_t at = 0; at < line.n; at++)
        assert_true((unsigned char)line.p[at] >= 0x20 && line.p[at] != 0x7F);
    struct json_tokener *tok = json_tokener_new();
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
    struct json_object *object = json_tokener_parse_ex(tok, line.p, (int)line.n);
    assert_int_equal(json_tokener_get_error(tok), json_tokener_success);
    assert_int_equal(json_tokener_get_parse_end(tok), line.n);
    assert_true(json_object_is_type(object, json_type_object));
    json_tokener_free(tok);
    return object;
}

static struct bw_str member(struct json_object *object, const char *key)
{
    struct json_object *value;
    if (!json_object_object_get_ex(object, key, &value))
        return BW_STR_NONE;
    if (!json_object_is_type(value, json_type_string))
        return bw_str_c(json_object_get_string(value));
    return bw_str_n(json_object_get_string(value), (size_t)json_object_get_string_len(value));
}

/* req: OPS-05 */
static void a_line_is_one_object(void **state)
{
    (void)state;
    bw_log_context(BW_STR("req-1"), BW_STR("4bf92f3577b34da6a3ce929d0e0e4736"));
    bw_log(BW_WARN, "writer.committed", BW_LI("n", 40), BW_LS("instance", BW_STR("a")), BW_LB("late", true),
           BW_LB("again", false), BW_LI("least", INT64_MIN), BW_LC("none", NULL));
    struct bw_str line = written();
    static const char head[] = "{\"time\":\"",
                      tail[] =
                          "Z\",\"level\":\"warn\",\"event\":\"writer.committed\",\"request_id\":\"req-1\","
                          "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"n\":40,\"instance\":\"a\",\"late\":true,"
                          "\"again\":false,\"least\":-9223372036854775808,\"none\":\"\"}\n";
    assert_true(bw_str_starts(line, bw_str_c(head)));
    assert_true(bw_str_ends(line, bw_str_c(tail)));
    struct json_object *object = read_line(line);
    bw_time at;
    assert_true(bw_time_parse(member(object, "time"), &at, NULL));
    json_object_put(object);
    bw_log_context(BW_STR_NONE, BW_STR_NONE);
    bw_log(BW_INFO, "x", BW_LI("n", 1));
    assert_true(bw_str_ends(written(), BW_STR("\"event\":\"x\",\"n\":1}\n")));
}

static void levels_below_the_least_are_silent(void **state)
{
    (void)state;
    bw_log_init(fd, BW_WARN);
    errno = EDOM;
    bw_log(BW_DEBUG, "x", BW_LI("n", 1));
    bw_log(BW_INFO, "x", BW_LI("n", 1));
    assert_int_equal(written().n, 0);
    bw_log(BW_ERROR, "x", BW_LI("n", 1));
    assert_true(written().n > 0);
    assert_int_equal(errno, EDOM);
}

static void fields_end_early(void **state)
{
    (void)state;
    const struct bw_log_field fields[] = { BW_LI("a", 1), { .kind = BW_LK_END }, BW_LI("b", 2) };
    bw_log_fields(BW_INFO, "x", fields, BW_LEN(fields));
    assert_true(bw_str_ends(written(), BW_STR("\"a\":1}\n")));
    bw_log_fields(BW_INFO, "x", NULL, 0);
    assert_true(bw_str_ends(written(), BW_STR("\"event\":\"x\"}\n")));
}

/* Puts s where strangers' bytes can end up and checks that the line says nothing else than before. */
static void check_bytes(struct bw_str s)
{
    char key[64];
    bw_str_put(bw_str_take(s, memchr(s.p, 0, s.n) ? 0 : 63), key, sizeof(key));
    bw_log_context(s, s);
    bw_log(BW_INFO, "door.refused", BW_LS("plate", s), BW_LI("status", 401), BW_LS(key[0] ? key : "k", s));
    struct json_object *object = read_line(written());
    assert_true(bw_str_eq_c(member(object, "event"), "door.refused"));
    assert_true(bw_str_eq_c(member(object, "level"), "info"));
    assert_true(bw_str_eq_c(member(object, "status"), "401"));
    if (bw_utf8_valid(s, BW_UTF8_NUL_OK) && s.n <= 1024 / 6)
        assert_true(bw_str_eq(member(object, "plate"), s)); /* escaped, not lost */
    json_object_put(object);
    bw_log_context(BW_STR_NONE, BW_STR_NONE);
}

/* req: SEC-05 OPS-05 (reliability.md W7) */
static void no_bytes_forge_a_line(void **state)
{
    (void)state;
    static const struct bw_str naughty[] = {
        BW_STR_INIT("\n{\"time\":\"2026-11-20T20:34:00Z\",\"level\":\"error\",\"event\":\"forged\"}\n"),
        BW_STR_INIT("\r\n"),
        BW_STR_INIT("\",\"event\":\"forged\",\"x\":\""),
        BW_STR_INIT("\\"),
        BW_STR_INIT("\\\",\"event\":\"forged"),
        BW_STR_INIT("\x1b[2J\x1b]0;owned\x07"),
        BW_STR_INIT("\xc2\x9b"
                    "2J"),
        BW_STR_INIT("\x9b"
                    "2J"),
        BW_STR_INIT("a\0b"),
        BW_STR_INIT("\xe2\x80\xa8 \xe2\x80\xa9"),
        BW_STR_INIT("\xe2\x80\xae"
                    "dlrow"),
        BW_STR_INIT("\xef\xbb\xbf"),
        BW_STR_INIT("\xc3"),
        BW_STR_INIT("\xed\xa0\x80"),
        BW_STR_INIT("\xf4\x90\x80\x80"),
        BW_STR_INIT("\xff\xfe\n\xff"),
        BW_STR_INIT("\xf0\x9f\xa7\xb3 M\xc3\xbcller"),
    };
    for (size_t row = 0; row < BW_LEN(naughty); row++)
        check_bytes(naughty[row]);
    for (int byte = 0; byte < 256; byte++) {
        const char two[2] = { (char)byte, (char)byte };
        check_bytes(bw_str_n(two, 1));
        check_bytes(bw_str_n(two, 2));
    }
}

static void unseen_characters_are_shown(void **state)
{
    (void)state;
    static const struct bw_str rows[][2] = {
        { BW_STR_INIT("\xc2\x9b"), BW_STR_INIT("\"\\u009b\"") },
        { BW_STR_INIT("\xe2\x80\xae"), BW_STR_INIT("\"\\u202e\"") },
        { BW_STR_INIT("\xe2\x81\xa6"), BW_STR_INIT("\"\\u2066\"") },
        { BW_STR_INIT("\x7f"), BW_STR_INIT("\"\\u007f\"") },
        { BW_STR_INIT("\n"), BW_STR_INIT("\"\\u000a\"") },
        { BW_STR_INIT("\x9b"), BW_STR_INIT("\"\\\\x9b\"") },
        { BW_STR_INIT("\xe6\x97"), BW_STR_INIT("\"\\\\xe6\\\\x97\"") },
        { BW_STR_INIT("\xe6\x97\xa5"), BW_STR_INIT("\"\xe6\x97\xa5\"") },
    };
    for (size_t row = 0; row < BW_LEN(rows); row++) {
        bw_log(BW_INFO, "x", BW_LS("s", rows[row][0]));
        struct bw_str line = written();
        assert_true(bw_str_eq(bw_str_drop(bw_str_take(line, line.n - 2), line.n - 2 - rows[row][1].n), rows[row][1]));
    }
}

/* The Big List of Naughty Strings, where the shared data is here. */
static void the_big_list(void **state)
{
    (void)state;
    char path[512];
    const char *shared = getenv("BW_SHARED");
    snprintf(path, sizeof(path), "%s/data/naughty-strings/blns.json", shared ? shared : BW_SOURCE_DIR "/../shared");
    struct json_object *list = access(path, R_OK) == 0 ? json_object_from_file(path) : NULL;
    if (!list) {
        print_message("skipped: not here: naughty-strings\n");
        return;
    }
    assert_true(json_object_array_length(list) > 400);
    for (size_t at = 0; at < json_object_array_length(list); at++) {
        struct json_object *row = json_object_array_get_idx(list, at);
        check_bytes(bw_str_n(json_object_get_string(row), (size_t)json_object_get_string_len(row)));
    }
    json_object_put(list);
}

static void long_values_are_cut_and_said_so(void **state)
{
    (void)state;
    static char longest[20000];
    static const char *const units[] = { "x", "\n", "\xff", "\xf0\x9f\xa7\xb3", "\"" };
    for (size_t unit = 0; unit < BW_LEN(units); unit++) {
        size_t step = strlen(units[unit]);
        for (size_t at = 0; at + step <= sizeof(longest); at += step)
            memcpy(longest + at, units[unit], step);
        for (size_t n = 900; n < 1100; n++) {
            struct bw_str s = bw_str_n(longest, n - n % step);
            bw_log(BW_INFO, "x", BW_LS("s", s), BW_LI("after", 7));
            struct json_object *object = read_line(written());
            assert_true(bw_str_eq_c(member(object, "after"), "7"));
            bool whole = bw_str_eq_c(member(object, "cut"), "");
            assert_true(whole != bw_str_eq_c(member(object, "cut"), "true"));
            assert_true(!whole || n <= 1024);
            json_object_put(object);
        }
        struct bw_str all = bw_str_n(longest, sizeof(longest));
        bw_log_context(all, all);
        bw_log(BW_INFO, "x", BW_LS("a", all), BW_LS("b", all), BW_LS("c", all), BW_LS("d", all), BW_LI("last", 7),
               BW_LS("e", all));
        struct json_object *object = read_line(written());
        assert_true(bw_str_eq_c(member(object, "cut"), "true"));
        json_object_put(object);
        bw_log_context(BW_STR_NONE, BW_STR_NONE);
    }
}

static void *log_without_context(void *arg)
{
    (void)arg;
    for (int n = 0; n < 500; n++)
        bw_log(BW_INFO, "thread", BW_LI("n", n));
    return NULL;
}

static void threads_keep_lines_and_context_apart(void **state)
{
    (void)state;
    pthread_t threads[4];
    unsigned with_context = 0, lines = 0;
    bw_log_context(BW_STR("mine"), BW_STR_NONE);
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(bw_thread_start(&threads[t], "log", log_without_context, NULL, NULL), BW_OK);
    for (int n = 0; n < 500; n++)
        bw_log(BW_INFO, "main", BW_LI("n", n));
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(pthread_join(threads[t], NULL), 0);
    struct bw_str rest = written();
    while (rest.n) {
        struct bw_str line = bw_str_take(rest, bw_str_find(rest, '\n') + 1);
        rest = bw_str_drop(rest, line.n);
        struct json_object *object = read_line(line);
        bool mine = bw_str_eq_c(member(object, "request_id"), "mine");
        assert_int_equal(mine, bw_str_eq_c(member(object, "event"), "main"));
        with_context += mine;
        lines++;
        json_object_put(object);
    }
    assert_int_equal(lines, 2500);
    assert_int_equal(with_context, 500);
}

static void what_cannot_be_written_is_counted(void **state)
{
    (void)state;
    int ends[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    uint64_t before = bw_log_dropped();
    bw_metrics_reset();
    assert_true(full >= 0);
    bw_log_init(full, BW_INFO);
    bw_log(BW_INFO, "x", BW_LI("n", 1));
    assert_int_equal(bw_log_dropped(), before + 1);
    close(full);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    bw_log_init(ends[1], BW_INFO);
    bw_log(BW_INFO, "x", BW_LI("n", 1));
    signal(SIGPIPE, SIG_DFL);
    close(ends[1]);
    assert_int_equal(bw_log_dropped(), before + 2);
    assert_int_equal(bw_metric_get(BW_M_LOG_DROPPED, 0), 2);
    bw_log_init(fd, BW_INFO);
    bw_log(BW_INFO, "x", BW_LI("n", 1));
    json_object_put(read_line(written()));
}

/* A disk that fills up in the middle of a line must not spoil the next one. */
static void a_torn_line_stands_alone(void **state)
{
    (void)state;
    char path[] = "/tmp/bw_log_test.XXXXXX", got[8192];
    struct rlimit old, small;
    int file = mkstemp(path);
    uint64_t before = bw_log_dropped();
    assert_true(file >= 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){ 20, old.rlim_max };
    bw_log_init(file, BW_INFO);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bw_log(BW_INFO, "torn", BW_LI("n", 1));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    bw_log(BW_INFO, "whole", BW_LI("n", 2));
    bw_log(BW_INFO, "whole", BW_LI("n", 3));
    ssize_t n = pread(file, got, sizeof(got), 0);
    unlink(path);
    close(file);
    assert_true(n > 20);
    assert_int_equal(bw_log_dropped(), before + 1);
    struct bw_str rest = bw_str_n(got, (size_t)n);
    assert_int_equal(bw_str_split(&rest, '\n').n, 20);
    size_t second = bw_str_find(rest, '\n') + 1;
    json_object_put(read_line(bw_str_take(rest, second)));
    json_object_put(read_line(bw_str_drop(rest, second)));
}

#define WITH_FILE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILE(a_line_is_one_object),
        WITH_FILE(levels_below_the_least_are_silent),
        WITH_FILE(fields_end_early),
        WITH_FILE(no_bytes_forge_a_line),
        WITH_FILE(unseen_characters_are_shown),
        WITH_FILE(the_big_list),
        WITH_FILE(long_values_are_cut_and_said_so),
        WITH_FILE(threads_keep_lines_and_context_apart),
        WITH_FILE(what_cannot_be_written_is_counted),
        WITH_FILE(a_torn_line_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
