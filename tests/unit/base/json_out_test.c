/* SPDX-License-Identifier: Apache-2.0 */
/* json_out_test.c - the writer: exact bytes, every escape, and that misuse stops the process. */
#include "bw/base/json_out.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct bw_buf b;
    struct bw_json_out j;
};

static void start(struct fixture *f, size_t max)
{
    bw_buf_init(&f->b, max);
    bw_json_out_init(&f->j, &f->b);
}

static void assert_written(struct fixture *f, const char *want)
{
    assert_int_equal(f->j.depth, 0);
    assert_string_equal(bw_buf_cstr(&f->b), want);
    bw_buf_done(&f->b);
}

static void writes_containers(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 4096);
    bw_jo_begin(&f.j);
    bw_jkey(&f.j, "a");
    bw_ja_begin(&f.j);
    bw_ja_begin(&f.j);
    bw_ja_end(&f.j);
    bw_jo_begin(&f.j);
    bw_jo_end(&f.j);
    bw_ji64(&f.j, INT64_MIN);
    bw_ju64(&f.j, UINT64_MAX);
    bw_jbool(&f.j, true);
    bw_jbool(&f.j, false);
    bw_jnull(&f.j);
    bw_jraw(&f.j, BW_STR("{\"x\":1.50}"));
    bw_ja_end(&f.j);
    bw_jk_i64(&f.j, "b", -7);
    bw_jk_bool(&f.j, "c", true);
    bw_jk_null(&f.j, "d");
    bw_jo_end(&f.j);
    assert_written(&f, "{\"a\":[[],{},-9223372036854775808,18446744073709551615,true,false,null,{\"x\":1.50}],"
                       "\"b\":-7,\"c\":true,\"d\":null}");
}

static void escapes_shortest(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 4096);
    bw_ja_begin(&f.j);
    bw_jstr(&f.j, BW_STR("\"\\/\b\f\n\r\t"));
    bw_jstr(&f.j, BW_STR("\0\x01\x1f\x7f"));
    bw_jstr(&f.j, BW_STR("<>&' \xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80"));
    bw_jstr(&f.j, BW_STR_NONE);
    bw_ja_end(&f.j);
    assert_written(&f, "[\"\\\"\\\\/\\b\\f\\n\\r\\t\",\"\\u0000\\u0001\\u001f\x7f\","
                       "\"<>&' \xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\",\"\"]");
}

/* What RFC 8785 3.2.2.2 has for one byte of ASCII. */
static void escape(unsigned c, struct bw_buf *to)
{
    static const char from[] = "\"\\\b\f\n\r\t", as[] = "\"\\bfnrt";
    const char *at = c ? strchr(from, (int)c) : NULL;
    if (at)
        bw_buf_printf(to, "\\%c", as[at - from]);
    else if (c < 0x20)
        bw_buf_printf(to, "\\u%04x", c);
    else
        bw_buf_ch(to, (char)c);
}

/* Texts are looked at eight bytes at a time: each byte at each place of some of them, beside the plainest and the
 * highest. */
static void every_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    static const char fill[] = { 'a', ' ', '!', '~', '\x7f', '#', '[' };
    for (unsigned c = 0; c < 0x80; c++) {
        for (size_t n = 1; n <= 19; n++) {
            for (size_t at = 0; at < n; at++) {
                char text[20];
                struct fixture f;
                struct bw_buf want;
                bw_buf_init(&want, 512);
                memset(text, fill[(c + n) % sizeof fill], n);
                text[at] = (char)c;
                bw_buf_ch(&want, '"');
                for (size_t k = 0; k < n; k++)
                    escape((unsigned char)text[k], &want);
                bw_buf_ch(&want, '"');
                start(&f, 512);
                bw_jstr(&f.j, bw_str_n(text, n));
                assert_written(&f, bw_buf_cstr(&want));
                bw_buf_done(&want);
            }
        }
    }
}

static void writes_our_own_types(void **state)
{
    (void)state;
    struct bw_uuid id;
    assert_true(bw_uuid_parse(BW_STR("0190F3A4-7C1B-7D2E-8F00-0123456789AB"), &id));
    struct fixture f;
    start(&f, 4096);
    bw_jo_begin(&f.j);
    bw_jk_time(&f.j, "t", 0);
    bw_jk_time(&f.j, "t0", BW_TIME_NONE);
    bw_jk_date(&f.j, "d", bw_date_from_civil(2026, 11, 20));
    bw_jk_date(&f.j, "d0", BW_DATE_NONE);
    bw_jk_uuid(&f.j, "id", &id);
    bw_jk_c(&f.j, "c", "x");
    bw_jo_end(&f.j);
    assert_written(&f, "{\"t\":\"1970-01-01T00:00:00Z\",\"t0\":null,\"d\":\"2026-11-20\",\"d0\":null,"
                       "\"id\":\"0190f3a4-7c1b-7d2e-8f00-0123456789ab\",\"c\":\"x\"}");
}

static void optional_forms_leave_nothing_behind(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 4096);
    bw_jo_begin(&f.j);
    bw_jko_str(&f.j, "a", BW_STR_NONE);
    bw_jko_c(&f.j, "b", NULL);
    bw_jko_c(&f.j, "c", "");
    bw_jko_time(&f.j, "d", BW_TIME_NONE);
    bw_jko_date(&f.j, "e", BW_DATE_NONE);
    bw_jko_str(&f.j, "f", BW_STR("1"));
    bw_jko_c(&f.j, "g", "2");
    bw_jko_time(&f.j, "h", BW_SECOND);
    bw_jko_date(&f.j, "i", 0);
    bw_jo_end(&f.j);
    assert_written(&f, "{\"f\":\"1\",\"g\":\"2\",\"h\":\"1970-01-01T00:00:01Z\",\"i\":\"1970-01-01\"}");
}

static void a_full_buffer_stays_failed(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 6);
    bw_ja_begin(&f.j);
    bw_jstr(&f.j, BW_STR("far too long"));
    bw_ji64(&f.j, 1);
    bw_ja_end(&f.j);
    assert_false(bw_buf_ok(&f.b));
    assert_null(bw_buf_cstr(&f.b));
    bw_buf_done(&f.b);
}

static void value_without_key(struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_ji64(j, 1);
}

static void key_in_array(struct bw_json_out *j)
{
    bw_ja_begin(j);
    bw_jkey(j, "a");
}

static void key_after_key(struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jkey(j, "a");
    bw_jkey(j, "b");
}

static void end_after_key(struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jkey(j, "a");
    bw_jo_end(j);
}

static void wrong_end(struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_ja_end(j);
}

static void end_of_nothing(struct bw_json_out *j)
{
    bw_jo_end(j);
}

static void second_value(struct bw_json_out *j)
{
    bw_jnull(j);
    bw_jnull(j);
}

static void not_utf8(struct bw_json_out *j)
{
    bw_jstr(j, BW_STR("\xFF"));
}

static void too_deep(struct bw_json_out *j)
{
    for (int k = 0; k < BW_JSON_OUT_DEPTH; k++)
        bw_ja_begin(j);
}

static void empty_raw(struct bw_json_out *j)
{
    bw_jraw(j, BW_STR_NONE);
}

static int status_of(void (*misuse)(struct bw_json_out *j))
{
    pid_t pid = fork();
    if (pid == 0) {
        struct fixture f;
        start(&f, 4096);
        (void)!freopen("/dev/null", "w", stderr);
        (void)signal(SIGABRT, SIG_DFL);
        misuse(&f.j);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void misuse_aborts(void **state)
{
    (void)state;
    static void (*const misuses[])(struct bw_json_out *
                                   j) = { value_without_key, key_in_array, key_after_key, end_after_key, wrong_end,
                                          end_of_nothing,    second_value, not_utf8,      too_deep,      empty_raw };
    for (size_t k = 0; k < BW_LEN(misuses); k++) {
        int status = status_of(misuses[k]);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
            fail_msg("misuse %zu ended with status %d", k, status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_containers),
        cmocka_unit_test(escapes_shortest),
        cmocka_unit_test(every_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(writes_our_own_types),
        cmocka_unit_test(optional_forms_leave_nothing_behind),
        cmocka_unit_test(a_full_buffer_stays_failed),
        cmocka_unit_test(misuse_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
