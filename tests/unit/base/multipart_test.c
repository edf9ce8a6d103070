/* SPDX-License-Identifier: Apache-2.0 */
/* multipart_test.c - forms with files as browsers send them, and what is not such a form. */
#include "bw/base/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define TYPE "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"
#define TWICE_NAMED                                                                                                    \
    "--ab\r\nContent-Disposition: form-data; name=\"x\"y\r\nContent-Disposition: form-data; "                          \
    "name=\"w\"\r\n\r\nx\r\n--ab--"
#define TOO_LONG "multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "------WebKitFormBoundary7MA4YWxkTrZu0gW"
#define FIELD "Content-Disposition: form-data; name=\"once\"\r\n\r\nabc"
#define FILE_HEAD                                                                                                      \
    "Content-Disposition: form-data; name=\"picture\"; filename=\"IMG_1.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
#define WHOLE B "\r\n" FIELD "\r\n" B "\r\n" FILE_HEAD "\xFF\xD8\r\n--x\0y\r\n" B "--\r\n"

static struct bw_form_part parts[2];
static size_t n;

static bool parse(const char *type, const char *body, size_t size)
{
    return bw_multipart_parse(bw_str_c(type), bw_str_n(body, size), parts, 2, &n);
}
#define PARSE(type, body) parse((type), (body), sizeof(body) - 1)

static void a_browsers_form(void **state)
{
    (void)state;
    assert_true(PARSE(TYPE, WHOLE));
    assert_int_equal(n, 2);
    assert_true(bw_str_eq_c(parts[0].name, "once") && bw_str_eq_c(parts[0].body, "abc") && !parts[0].file);
    assert_true(bw_str_eq_c(parts[1].name, "picture") && parts[1].file);
    assert_true(bw_str_eq(parts[1].body, bw_str_n("\xFF\xD8\r\n--x\0y", 9)));
    assert_true(PARSE("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", "--a b--") == false); /* no blank in it */
    assert_true(PARSE("multipart/form-data; boundary=\"ab\"",
                      "--ab\r\ncontent-disposition: form-data; name=\"x\"\r\n\r\n\r\n--ab--"));
    assert_true(n == 1 && parts[0].body.n == 0);
    assert_true(
        PARSE("multipart/form-data; boundary=ab", "--ab\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n--ab--"));
    assert_true(n == 1 && parts[0].body.n == 0);
    assert_true(PARSE("multipart/form-data; boundary=ab", "--ab--\r\n") && n == 0);
}

static void what_is_no_such_form(void **state)
{
    (void)state;
    static const char *const types[] = { "",
                                         "multipart/form-data",
                                         "multipart/mixed; boundary=ab",
                                         "multipart/form-data; boundary=",
                                         "multipart/form-data; boundary=\"\"",
                                         "multipart/form-data; boundary=a\"b",
                                         TOO_LONG };
    for (size_t k = 0; k < BW_LEN(types); k++)
        assert_false(PARSE(types[k], "--ab--"));
    static const char *const bodies[] = {
        "",
        "--ab",
        "--ab\r\n",
        "ab--",
        "--abc--",
        "--ab--x",
        "\r\n--ab--",
        "--ab\r\n" FIELD,
        "--ab\r\n" FIELD "\r\n--a--",
        "--ab\r\nContent-Disposition: form-data; name=\"x\"\r\nabc\r\n--ab--", /* no blank line */
        "--ab\r\nContent-Type: text/plain\r\n\r\nx\r\n--ab--",                 /* no name */
        "--ab\r\nContent-Disposition: form-data\r\n\r\nx\r\n--ab--",
        "--ab\r\nContent-Disposition\r\n\r\nx\r\n--ab--",
        "--ab\r\nContent-Disposition: attachment; name=\"x\"\r\n\r\nx\r\n--ab--",
        "--ab\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n--ab--",
        "--ab\r\nContent-Disposition: form-data; name=\"x\r\n\r\nx\r\n--ab--",
        TWICE_NAMED,
        "--ab\r\n" FIELD "\r\n--ab\r\n" FIELD "\r\n--ab\r\n" FIELD "\r\n--ab--", /* more than there is room for */
    };
    for (size_t k = 0; k < BW_LEN(bodies); k++)
        if (parse("multipart/form-data; boundary=ab", bodies[k], strlen(bodies[k])))
            fail_msg("taken: %s", bodies[k]);
    char large[2048];
    int size = snprintf(large, sizeof large, "--ab\r\nX: %01500d\r\n" FIELD "\r\n--ab--", 0);
    assert_false(parse("multipart/form-data; boundary=ab", large, (size_t)size));
    for (size_t cut = 0; cut < sizeof(WHOLE) - 5; cut++)
        assert_false(parse(TYPE, WHOLE, cut));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_browsers_form), cmocka_unit_test(what_is_no_such_form) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
