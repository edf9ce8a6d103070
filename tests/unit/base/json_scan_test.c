/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan_test.c - the strict scan: its own fixtures, JSONTestSuite when it is here, and json-c as the second
 * opinion. */
#include "bw/base/json_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bw/base/buf.h"
#include "files.h"
#include "json_canon.h"

static const struct bw_json_limits LIMITS = { 8, 20000, 8192 };

static bw_code scan(struct bw_str text, struct bw_error *err)
{
    *err = (struct bw_error){ .code = BW_OK };
    return bw_json_scan(text, &LIMITS, err);
}

/* Accepted texts must give the same bytes straight from the text and through json-c and the writer. */
static void assert_same_value(struct bw_str text, const char *name)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf straight, tree;
    bw_buf_init(&straight, 1 << 20);
    bw_buf_init(&tree, 1 << 20);
    canon_text(text, &straight);
    if (!canon_tree(text, &tree))
        fail_msg("%s: json-c refuses what the scan accepts", name);
    if (!bw_buf_ok(&straight) || !bw_str_eq(bw_buf_view(&straight), bw_buf_view(&tree)))
        fail_msg("%s: %s is not %s", name, bw_buf_cstr(&tree), bw_buf_cstr(&straight));
}

/* BW_STR as an initialiser of static tables. */
#define S(lit)                                                                                                         \
    {                                                                                                                  \
        "" lit, sizeof(lit) - 1                                                                                        \
    }

static const struct bw_str ACCEPTED[] = {
    S("{}"),
    S(" \t\r\n[ ] \n"),
    S("null"),
    S("\"x\""),
    S("7"),
    S("[0,1,-1,9223372036854775807,-9223372036854775808]"),
    S("[0.5,1e2,1E+2,-1.25e-3,1e307,1e-0,-0.0,9.99e-307,0e99999,0.000e-5]"),
    S("{\"a\":{\"a\":[{\"a\":true},{\"a\":false}]},\"b\":null}"),
    S("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u00e9\\u20AC\\ud83d\\uDe00\"]"),
    S("[\"\x7f \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xEF\xBF\xBF\"]"),
    S("[\"\\ud836\\udc00\\uD876\\uDC00 \\\\ud876\\\\udc00\"]"), /* json-c alone reads U+2D800 as U+FFFD */
    S("[[[[[[[[1]]]]]]]]"),
    S("{\"\":1,\" \":2,\"a\\u0020\":3,\"a\":4}"),
};

static void accepts(void **state)
{
    (void)state;
    for (size_t k = 0; k < BW_LEN(ACCEPTED); k++) {
        struct bw_error err;
        if (scan(ACCEPTED[k], &err) != BW_OK)
            fail_msg("%s: %s", ACCEPTED[k].p, err.detail);
        assert_same_value(ACCEPTED[k], ACCEPTED[k].p);
    }
}

struct refusal {
    struct bw_str text;
    bw_code code;
    const char *pointer;
};

/* req: ING-05: bad UTF-8, NUL, duplicate keys, depth over 8, numbers out of range; each with its place */
static const struct refusal REFUSED[] = {
    { S(""), BW_E_BAD_JSON, "" },
    { S("  "), BW_E_BAD_JSON, "" },
    { S("{"), BW_E_BAD_JSON, "" },
    { S("{} {}"), BW_E_BAD_JSON, "" },
    { S("{}x"), BW_E_BAD_JSON, "" },
    { S("{\"a\":1,}"), BW_E_BAD_JSON, "" },
    { S("[1,]"), BW_E_BAD_JSON, "/1" },
    { S("[1}"), BW_E_BAD_JSON, "/0" },
    { S("{\"a\" 1}"), BW_E_BAD_JSON, "/a" },
    { S("{\"a\""), BW_E_BAD_JSON, "/a" },
    { S("{a:1}"), BW_E_BAD_JSON, "" },
    { S("['a']"), BW_E_BAD_JSON, "/0" },
    { S("[1] // x"), BW_E_BAD_JSON, "" },
    { S("[NaN]"), BW_E_BAD_JSON, "/0" },
    { S("[True]"), BW_E_BAD_JSON, "/0" },
    { S("[truex]"), BW_E_BAD_JSON, "/0" },
    { S("[nul"), BW_E_BAD_JSON, "/0" },
    { S("[01]"), BW_E_BAD_JSON, "/0" },
    { S("[-]"), BW_E_BAD_JSON, "/0" },
    { S("[+1]"), BW_E_BAD_JSON, "/0" },
    { S("[1.]"), BW_E_BAD_JSON, "/0" },
    { S("[.5]"), BW_E_BAD_JSON, "/0" },
    { S("[1e]"), BW_E_BAD_JSON, "/0" },
    { S("[1e+]"), BW_E_BAD_JSON, "/0" },
    { S("[0x1]"), BW_E_BAD_JSON, "/0" },
    { S("[9223372036854775808]"), BW_E_BAD_JSON, "/0" },
    { S("[0,-9223372036854775809]"), BW_E_BAD_JSON, "/1" },
    { S("[1e308]"), BW_E_BAD_JSON, "/0" },
    { S("[1e-308]"), BW_E_BAD_JSON, "/0" },
    { S("[0.0001e-304]"), BW_E_BAD_JSON, "/0" },
    { S("[1e99999999999999999999999]"), BW_E_BAD_JSON, "/0" },
    { S("[\"\n\"]"), BW_E_BAD_JSON, "/0" },
    { S("[\"\\x\"]"), BW_E_BAD_JSON, "/0" },
    { S("[\"\\u00g0\"]"), BW_E_BAD_JSON, "/0" },
    { S("[\"\\u00"), BW_E_BAD_JSON, "/0" },
    { S("[\"\\"), BW_E_BAD_JSON, "/0" },
    { S("[\"a]"), BW_E_BAD_JSON, "/0" },
    { S("\xEF\xBB\xBF{}"), BW_E_BAD_JSON, "" },
    { S("[\xC2\xA0]"), BW_E_BAD_JSON, "/0" },
    { S("{\"a\":[0,\"\xFF\"]}"), BW_E_NOT_UTF8, "/a/1" },
    { S("[\"\xC0\x80\"]"), BW_E_NOT_UTF8, "/0" },
    { S("[\"\xE2\x82\"]"), BW_E_NOT_UTF8, "/0" },
    { S("[\"\xED\xA0\x80\"]"), BW_E_NOT_UTF8, "/0" },
    { S("[\"\xF4\x90\x80\x80\"]"), BW_E_NOT_UTF8, "/0" },
    { S("[\xFF]"), BW_E_NOT_UTF8, "/0" },
    { S("[\"a\0b\"]"), BW_E_NOT_UTF8, "/0" },
    { S("[\0]"), BW_E_NOT_UTF8, "/0" },
    { S("{}\0"), BW_E_BAD_JSON, "" },
    { S("{\"x\":\"a\\u0000b\"}"), BW_E_NOT_UTF8, "/x" },
    { S("{\"x\":{\"\\u0000\":1}}"), BW_E_NOT_UTF8, "/x" },
    { S("[\"\\ud800\"]"), BW_E_NOT_UTF8, "/0" },
    { S("[\"\\udc00\\ud800\"]"), BW_E_NOT_UTF8, "/0" },
    { S("[\"\\ud800\\u0041\"]"), BW_E_NOT_UTF8, "/0" },
    { S("{\"a\":1,\"b\":2,\"a\":3}"), BW_E_DUPLICATE_KEY, "/a" },
    { S("{\"o\":[{\"a\":1,\"\\u0061\":3}]}"), BW_E_DUPLICATE_KEY, "/o/0/a" },
    { S("{\"\xC3\xA9\":1,\"\\u00e9\":3}"), BW_E_DUPLICATE_KEY, "/\xC3\xA9" },
    { S("{\"\xE2\x82\xAC\":1,\"\\u20AC\":3}"), BW_E_DUPLICATE_KEY, "/\xE2\x82\xAC" },
    { S("{\"/\":1,\"\\/\":3}"), BW_E_DUPLICATE_KEY, "/~1" },
    { S("{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":3}"), BW_E_DUPLICATE_KEY, "/\xF0\x9F\x98\x80" },
    { S("{\"a~/b\":{\"\\n\":[1,2,x]}}"), BW_E_BAD_JSON, "/a~0~1b/\n/2" },
    { S("[0,[[[[[[[[1]]]]]]]]]"), BW_E_TOO_DEEP, "/1/0/0/0/0/0/0/0" },
};

static void refuses_with_code_and_place(void **state)
{
    (void)state;
    for (size_t k = 0; k < BW_LEN(REFUSED); k++) {
        struct bw_error err;
        bw_code rc = scan(REFUSED[k].text, &err);
        if (rc != REFUSED[k].code || err.code != rc || strcmp(err.field, REFUSED[k].pointer) != 0)
            fail_msg("%s: %s at '%s': %s", REFUSED[k].text.p, bw_code_info(rc)->name, err.field, err.detail);
        assert_non_null(strstr(err.detail, "at byte"));
    }
    assert_int_equal(bw_json_scan(BW_STR("["), &LIMITS, NULL), BW_E_BAD_JSON);
}

static void names_the_byte(void **state)
{
    (void)state;
    struct bw_error err;
    assert_int_equal(scan(BW_STR("{\"a\": 1, \"b\": ?}"), &err), BW_E_BAD_JSON);
    assert_string_equal(err.detail, "an unexpected byte, at byte 14 of the JSON text");
    assert_int_equal(scan(BW_STR("{\"a\":1, \"a\":2}"), &err), BW_E_DUPLICATE_KEY);
    assert_string_equal(err.detail, "a key that stands twice, at byte 8 of the JSON text");
}

/* A pointer that has no room is cut at a whole segment: it names a parent, never something else. */
static void long_pointers_name_a_parent(void **state)
{
    (void)state;
    struct bw_error err;
    struct bw_buf b;
    bw_buf_init(&b, 4096);
    bw_buf_c(&b, "{\"parent\":{\"");
    for (int k = 0; k < 600; k++)
        bw_buf_ch(&b, 'k');
    bw_buf_c(&b, "\":{\"child\":?}}}");
    assert_int_equal(scan(bw_buf_view(&b), &err), BW_E_BAD_JSON);
    assert_string_equal(err.field, "/parent");
    bw_buf_clear(&b);
    bw_buf_c(&b, "{\"a23456789/123456789/123456789/123456789/123456789\":{\"b23456789\":?}}");
    assert_int_equal(scan(bw_buf_view(&b), &err), BW_E_BAD_JSON);
    assert_string_equal(err.field, "/a23456789~1123456789~1123456789~1123456789~1123456789");
    bw_buf_done(&b);
}

static bw_code scan_repeated(const char *head, const char *unit, size_t n, const char *tail, struct bw_error *err)
{
    struct bw_buf b;
    bw_buf_init(&b, 1 << 20);
    bw_buf_c(&b, head);
    for (size_t k = 0; k < n; k++)
        bw_buf_c(&b, unit);
    bw_buf_c(&b, tail);
    assert_true(bw_buf_ok(&b));
    bw_code rc = scan(bw_buf_view(&b), err);
    bw_buf_done(&b);
    return rc;
}

/* req: ING-05: limits refuse, they do not cut; design.md 8: depth 8, 20,000 values, 8 KiB a string */
static void limits_are_exact(void **state)
{
    (void)state;
    struct bw_error err;
    assert_int_equal(scan_repeated("[0", ",0", 19998, "]", &err), BW_OK);
    assert_int_equal(scan_repeated("[0", ",0", 19999, "]", &err), BW_E_TOO_DEEP);
    assert_int_equal(scan_repeated("[\"", "x", 8192, "\"]", &err), BW_OK);
    assert_int_equal(scan_repeated("[\"", "x", 8193, "\"]", &err), BW_E_TOO_DEEP);
    assert_string_equal(err.field, "/0");
    assert_int_equal(scan_repeated("[\"", "\\u0041", 8192, "\"]", &err), BW_OK);
    assert_int_equal(scan_repeated("[\"", "\\u00e9", 4096, "\"]", &err), BW_OK);
    assert_int_equal(scan_repeated("[\"", "\\ud83d\\ude00", 2049, "\"]", &err), BW_E_TOO_DEEP);
    assert_int_equal(scan_repeated("{\"", "k", 8193, "\":1}", &err), BW_E_TOO_DEEP);
    assert_string_equal(err.field, "");
    assert_int_equal(scan_repeated("", "{\"a\":", 8, "1}}}}}}}}", &err), BW_OK);
    assert_int_equal(scan_repeated("", "{\"a\":", 9, "1}}}}}}}}}", &err), BW_E_TOO_DEEP);
    assert_int_equal(scan_repeated("", "[", 100000, "", &err), BW_E_TOO_DEEP);
    assert_int_equal(scan_repeated("", "{\"a\":", 100000, "", &err), BW_E_TOO_DEEP);
}

static void put_letter(struct bw_buf *b, unsigned c, unsigned escaped)
{
    if (escaped)
        bw_buf_printf(b, "\\u%04x", c);
    else
        bw_buf_ch(b, (char)c);
}

static void put_key(struct bw_buf *b, unsigned v, unsigned spelling)
{
    bw_buf_ch(b, '"');
    for (unsigned k = 0; k < 3; k++, v /= 4, spelling /= 2)
        put_letter(b, 'a' + v % 4, spelling % 2);
    bw_buf_c(b, "\":0");
}

/* Random objects with random spellings of their keys against the plain quadratic answer. */
static void duplicates_are_found_exactly(void **state)
{
    (void)state;
    unsigned rng = 20261122, doubled = 0;
    struct bw_buf b;
    bw_buf_init(&b, 1 << 20);
    for (int round = 0; round < 2000; round++) {
        bool seen[64] = { false }, twice = false;
        unsigned n = (unsigned)round % 20;
        bw_buf_clear(&b);
        bw_buf_ch(&b, '{');
        for (unsigned k = 0; k < n; k++) {
            rng = rng * 1664525 + 1013904223;
            unsigned v = rng >> 20 & 63, spelling = rng >> 12 & 7;
            twice = twice || seen[v];
            seen[v] = true;
            if (k > 0)
                bw_buf_ch(&b, ',');
            put_key(&b, v, spelling);
        }
        bw_buf_ch(&b, '}');
        struct bw_error err;
        assert_int_equal(scan(bw_buf_view(&b), &err), twice ? BW_E_DUPLICATE_KEY : BW_OK);
        doubled += twice ? 1 : 0;
    }
    assert_in_range(doubled, 200, 1800);
    bw_buf_done(&b);
}

/* As many keys as values are allowed, all in one object, with the doubled one first and last. */
static void many_keys(void **state)
{
    (void)state;
    struct bw_buf b;
    struct bw_error err;
    bw_buf_init(&b, 1 << 20);
    for (int twice = 0; twice < 2; twice++) {
        bw_buf_clear(&b);
        bw_buf_c(&b, "{\"o\":{\"k0\":0");
        for (int k = 1; k < 19990; k++)
            bw_buf_printf(&b, ",\"k%d\":{}", k);
        bw_buf_printf(&b, ",\"%s\":0},\"k0\":1}", twice ? "k0" : "end");
        assert_int_equal(scan(bw_buf_view(&b), &err), twice ? BW_E_DUPLICATE_KEY : BW_OK);
        assert_string_equal(err.field, twice ? "/o/k0" : "");
    }
    bw_buf_done(&b);
}

/* Every prefix of every text ends in an answer; memory of the exact size shows any read behind the end. */
static void prefixes(void **state)
{
    (void)state;
    for (size_t k = 0; k < BW_LEN(ACCEPTED); k++) {
        for (size_t n = 0; n <= ACCEPTED[k].n; n++) {
            char *copy = malloc(n ? n : 1);
            assert_non_null(copy);
            memcpy(copy, ACCEPTED[k].p, n);
            struct bw_error err;
            bw_code rc = scan(bw_str_n(copy, n), &err);
            assert_true(rc == BW_OK || rc == BW_E_BAD_JSON || rc == BW_E_NOT_UTF8);
            if (n == ACCEPTED[k].n)
                assert_int_equal(rc, BW_OK);
            free(copy);
        }
    }
}

/* Where the suite leaves it free: all refused here, nothing is guessed at; and the four that it calls good. */
static const struct {
    const char *name;
    bw_code code;
} WRITTEN_DOWN[] = {
    { "y_object_duplicated_key.json", BW_E_DUPLICATE_KEY },
    { "y_object_duplicated_key_and_value.json", BW_E_DUPLICATE_KEY },
    { "y_object_escaped_null_in_key.json", BW_E_NOT_UTF8 },
    { "y_string_null_escape.json", BW_E_NOT_UTF8 },
    { "i_number_double_huge_neg_exp.json", BW_E_BAD_JSON },
    { "i_number_huge_exp.json", BW_E_BAD_JSON },
    { "i_number_neg_int_huge_exp.json", BW_E_BAD_JSON },
    { "i_number_pos_double_huge_exp.json", BW_E_BAD_JSON },
    { "i_number_real_neg_overflow.json", BW_E_BAD_JSON },
    { "i_number_real_pos_overflow.json", BW_E_BAD_JSON },
    { "i_number_real_underflow.json", BW_E_BAD_JSON },
    { "i_number_too_big_neg_int.json", BW_E_BAD_JSON },
    { "i_number_too_big_pos_int.json", BW_E_BAD_JSON },
    { "i_number_very_big_negative_int.json", BW_E_BAD_JSON },
    { "i_object_key_lone_2nd_surrogate.json", BW_E_NOT_UTF8 },
    { "i_string_1st_surrogate_but_2nd_missing.json", BW_E_NOT_UTF8 },
    { "i_string_1st_valid_surrogate_2nd_invalid.json", BW_E_NOT_UTF8 },
    { "i_string_UTF-16LE_with_BOM.json", BW_E_NOT_UTF8 },
    { "i_string_UTF-8_invalid_sequence.json", BW_E_NOT_UTF8 },
    { "i_string_UTF8_surrogate_U+D800.json", BW_E_NOT_UTF8 },
    { "i_string_incomplete_surrogate_and_escape_valid.json", BW_E_NOT_UTF8 },
    { "i_string_incomplete_surrogate_pair.json", BW_E_NOT_UTF8 },
    { "i_string_incomplete_surrogates_escape_valid.json", BW_E_NOT_UTF8 },
    { "i_string_invalid_lonely_surrogate.json", BW_E_NOT_UTF8 },
    { "i_string_invalid_surrogate.json", BW_E_NOT_UTF8 },
    { "i_string_invalid_utf-8.json", BW_E_NOT_UTF8 },
    { "i_string_inverted_surrogates_U+1D11E.json", BW_E_NOT_UTF8 },
    { "i_string_iso_latin_1.json", BW_E_NOT_UTF8 },
    { "i_string_lone_second_surrogate.json", BW_E_NOT_UTF8 },
    { "i_string_lone_utf8_continuation_byte.json", BW_E_NOT_UTF8 },
    { "i_string_not_in_unicode_range.json", BW_E_NOT_UTF8 },
    { "i_string_overlong_sequence_2_bytes.json", BW_E_NOT_UTF8 },
    { "i_string_overlong_sequence_6_bytes.json", BW_E_NOT_UTF8 },
    { "i_string_overlong_sequence_6_bytes_null.json", BW_E_NOT_UTF8 },
    { "i_string_truncated-utf-8.json", BW_E_NOT_UTF8 },
    { "i_string_utf16BE_no_BOM.json", BW_E_NOT_UTF8 },
    { "i_string_utf16LE_no_BOM.json", BW_E_NOT_UTF8 },
    { "i_structure_500_nested_arrays.json", BW_E_TOO_DEEP },
    { "i_structure_UTF-8_BOM_empty_object.json", BW_E_BAD_JSON },
};

static bool is_as_expected(const char *name, bw_code rc)
{
    for (size_t k = 0; k < BW_LEN(WRITTEN_DOWN); k++) {
        if (strcmp(WRITTEN_DOWN[k].name, name) == 0)
            return rc == WRITTEN_DOWN[k].code;
    }
    return name[0] == 'y' ? rc == BW_OK : name[0] == 'n' && rc != BW_OK;
}

/* req: ING-05: refused as JSONTestSuite has it, and stricter where two parsers may read a text differently */
static void json_test_suite(void **state)
{
    (void)state;
    char *dir = bw_test_shared("json-test-suite/test_parsing");
    if (!dir)
        return;
    struct dirent **list;
    int n = bw_test_list(dir, &list), accepted = 0;
    assert_true(n > 300);
    for (int k = 0; k < n; k++) {
        struct bw_str text = bw_test_slurp(dir, list[k]->d_name);
        struct bw_error err;
        assert_non_null(text.p);
        bw_code rc = scan(text, &err);
        if (!is_as_expected(list[k]->d_name, rc))
            fail_msg("%s: %s %s", list[k]->d_name, bw_code_info(rc)->name, err.detail);
        if (rc == BW_OK) {
            assert_same_value(text, list[k]->d_name);
            accepted++;
        }
        free((void *)(uintptr_t)text.p);
        free(list[k]);
    }
    assert_int_equal(accepted, 91);
    free(list);
    free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts),          cmocka_unit_test(refuses_with_code_and_place),
        cmocka_unit_test(names_the_byte),   cmocka_unit_test(long_pointers_name_a_parent),
        cmocka_unit_test(limits_are_exact), cmocka_unit_test(duplicates_are_found_exactly),
        cmocka_unit_test(many_keys),        cmocka_unit_test(prefixes),
        cmocka_unit_test(json_test_suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
