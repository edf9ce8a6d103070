/* SPDX-License-Identifier: Apache-2.0 */
/* err_test.c - the error table has whole rows, and an error is filled once and prefixed, never overrun. */
#include "bw/base/err.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bw/base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_code_has_a_row(void **state)
{
    (void)state;
    for (bw_code code = BW_OK; code < BW_CODE_MAX; code++) {
        const struct bw_code_info *info = bw_code_info(code);
        assert_non_null(info->name);
        assert_true(strlen(info->slug) > 0 && strlen(info->title) > 0 && info->fix != NULL);
        assert_in_range(info->status, code == BW_OK ? 200 : 400, code == BW_OK ? 200 : 599);
        for (const char *c = info->slug; *c; c++)
            assert_true((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-');
    }
    assert_string_equal(bw_code_info(BW_E_EVENT_CONFLICT)->name, "BW_E_EVENT_CONFLICT");
    assert_int_equal(bw_code_info(BW_E_EVENT_CONFLICT)->status, 409);
    assert_int_equal(bw_code_info(BW_E_BUSY)->retry, BW_LATER);
}

/* A slug is the address of its page: two rows that share one must mean the same answer. */
static void one_slug_has_one_status(void **state)
{
    (void)state;
    for (bw_code a = (bw_code)1; a < BW_CODE_MAX; a++)
        for (bw_code b = (bw_code)(a + 1); b < BW_CODE_MAX; b++)
            if (strcmp(bw_code_info(a)->slug, bw_code_info(b)->slug) == 0)
                assert_int_equal(bw_code_info(a)->status, bw_code_info(b)->status);
}

static void fills_and_prefixes(void **state)
{
    (void)state;
    struct bw_error err;
    assert_int_equal(bw_fail(&err, BW_E_CONFIG, "/writer/batch_max", "%d is above %d", 9000, 8192), BW_E_CONFIG);
    assert_int_equal(err.code, BW_E_CONFIG);
    assert_string_equal(err.field, "/writer/batch_max");
    bw_error_prefix(&err, "reading %s", "bagwatch.ini");
    assert_string_equal(err.detail, "reading bagwatch.ini: 9000 is above 8192");
    assert_int_equal(err.code, BW_E_CONFIG);
    assert_string_equal(err.field, "/writer/batch_max");
    assert_int_equal(bw_fail(&err, BW_E_IO, NULL, "x"), BW_E_IO);
    assert_string_equal(err.field, "");
    assert_int_equal(bw_fail(NULL, BW_E_DB, NULL, "nobody listens"), BW_E_DB);
    bw_error_prefix(NULL, "nobody");
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    char text[400];
    struct bw_error err;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t at = shift; at + 4 < sizeof(text); at += 4)
            memcpy(text + at, "\xf0\x9f\xa7\xb3", 5);
        bw_fail(&err, BW_E_IO, text, "%s", text);
        assert_true(bw_utf8_valid(bw_str_c(err.detail), 0) && strlen(err.detail) > sizeof(err.detail) - 5);
        assert_true(bw_utf8_valid(bw_str_c(err.field), 0) && strlen(err.field) > sizeof(err.field) - 5);
        bw_error_prefix(&err, "%s", text + shift);
        assert_true(bw_utf8_valid(bw_str_c(err.detail), 0));
    }
    memset(text, 'p', 300);
    text[300] = '\0';
    bw_fail(&err, BW_E_IO, NULL, "tail");
    bw_error_prefix(&err, "%s", text);
    assert_int_equal(strlen(err.detail), sizeof(err.detail) - 1);
}

static void a_failed_assertion_says_where_and_aborts(void **state)
{
    (void)state;
    int fds[2], status;
    char out[700] = "";
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(fds[1], STDERR_FILENO);
        bw_assert_failed("a == \"b\\n\"", "file.c", 42);
    }
    close(fds[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(fds[0], out + n, sizeof(out) - 1 - n)) > 0;)
        n += (size_t)got;
    close(fds[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_string_equal(out, "{\"level\":\"error\",\"event\":\"assert.failed\","
                             "\"what\":\"a == \\\"b\\\\n\\\"\",\"at\":\"file.c:42\"}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_row),
        cmocka_unit_test(one_slug_has_one_status),
        cmocka_unit_test(fills_and_prefixes),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(a_failed_assertion_says_where_and_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
