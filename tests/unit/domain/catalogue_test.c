/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_test.c - message catalogues: what is read, what is refused, and named arguments. */
#include "bw/domain/say.h"

#include "domain_test.h"
#include "say_int.h"

static struct bw_catalogue *parse(const char *json)
{
    struct bw_error err = { 0 };
    struct bw_catalogue *c;
    if (bw_catalogue_parse(bw_str_c(json), &c, &err) != BW_OK)
        fail_msg("%s: %s", json, err.detail);
    return c;
}

static void assert_says(const struct bw_catalogue *c, const char *key, const struct bw_arg *args, size_t n,
                        const char *text)
{
    struct bw_buf b;
    bw_buf_init(&b, 1000);
    bw_say(c, key, args, n, &b);
    assert_string_equal(bw_buf_cstr(&b), text);
    bw_buf_done(&b);
}

static void keys_are_found_and_listed_in_order(void **state)
{
    (void)state;
    struct bw_catalogue *c = parse(" { \"b\" : \"two\" ,\n\t\"a\":\"one\", \"c\":\"\" } ");
    const char *key;
    struct bw_str text;
    assert_true(bw_catalogue_has(c, "a"));
    assert_true(bw_catalogue_has(c, "c"));
    assert_false(bw_catalogue_has(c, "d"));
    assert_says(c, "b", NULL, 0, "two");
    assert_says(c, "c", NULL, 0, "");
    assert_true(bw_catalogue_at(c, 0, &key, &text));
    assert_string_equal(key, "a");
    assert_true(bw_str_eq_c(text, "one"));
    assert_false(bw_catalogue_at(c, 3, &key, &text));
    bw_catalogue_free(c);
    c = parse("{}");
    assert_false(bw_catalogue_has(c, "a"));
    bw_catalogue_free(c);
    bw_catalogue_free(NULL);
}

static void escapes_become_utf8(void **state)
{
    (void)state;
    struct bw_catalogue *c =
        parse("{\"k\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t \\u0041\\u00e9\\u20ac\\ud83d\\ude00\\u00FC é\"}");
    assert_says(c, "k", NULL, 0, "\"\\/\b\f\n\r\t A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xbc \xc3\xa9");
    bw_catalogue_free(c);
}

static void arguments_are_filled_by_name(void **state)
{
    (void)state;
    struct bw_catalogue *c =
        parse("{\"a\":\"{x} and {y}, {x}\",\"b\":\"{none}.\",\"c\":\"open { brace\",\"d\":\"{}\",\"e\":\"{x}\"}");
    const struct bw_arg args[] = { { "x", BW_STR_INIT("one {y}") }, { "y", BW_STR_INIT("two") } };
    assert_says(c, "a", args, 2, "one {y} and two, one {y}");
    assert_says(c, "b", args, 2, ".");
    assert_says(c, "c", args, 2, "open { brace");
    assert_says(c, "d", args, 2, "");
    assert_says(c, "e", args, 1, "one {y}");
    bw_catalogue_free(c);
}

static void other_json_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "[]",
                                       "\"a\"",
                                       "{\"a\":1}",
                                       "{\"a\":{}}",
                                       "{\"a\":null}",
                                       "{\"a\":\"b\"",
                                       "{\"a\":\"b\"}{}",
                                       "{\"a\":\"b\",\"a\":\"c\"}" };
    struct bw_catalogue *c = NULL;
    struct bw_error err;
    for (size_t i = 0; i < BW_LEN(bad); i++) {
        memset(&err, 0, sizeof err);
        assert_int_not_equal(bw_catalogue_parse(bw_str_c(bad[i]), &c, &err), BW_OK);
        assert_null(c);
        assert_non_null(strstr(err.detail, "catalogue"));
    }
    struct bw_buf many;
    bw_buf_init(&many, 1 << 20);
    bw_buf_c(&many, "{\"k\":\"\"");
    for (int i = 0; i < 2000; i++)
        bw_buf_printf(&many, ",\"k%d\":\"\"", i);
    bw_buf_c(&many, "}");
    assert_int_equal(bw_catalogue_parse(bw_buf_view(&many), &c, &err), BW_E_CONFIG);
    bw_buf_done(&many);
}

/* UAX #9: a name in brackets at the end of a sentence from right to left would lose its bracket to the other side. */
static void arguments_keep_their_direction(void **state)
{
    (void)state;
    struct bw_catalogue *c = parse("{\"dir\":\"rtl\",\"a\":\"من {who}، {n}{none}\"}"),
                        *left = parse("{\"dir\":\"ltr\",\"a\":\"{who}\"}");
    const struct bw_arg args[] = { { "who", BW_STR_INIT("Iberia (IB)") },
                                   { "n", BW_STR_INIT("12") },
                                   { "none", BW_STR_INIT("") } };
    assert_true(bw_catalogue_rtl(c));
    assert_false(bw_catalogue_rtl(left));
    assert_says(c, "a", args, 3, "من \xE2\x81\xA8Iberia (IB)\xE2\x81\xA9، 12");
    assert_says(left, "a", args, 3, "Iberia (IB)");
    const struct bw_arg date[] = { { "who", BW_STR_INIT("21 نوفمبر") } }; /* ours: turned, its day would stand behind */
    assert_says(c, "a", date, 1, "من 21 نوفمبر، ");
    const struct bw_arg piece[] = { { "who", BW_STR_INIT(" (\xE2\x81\xA8store\xE2\x81\xA9)") } };
    assert_says(c, "a", piece, 1, "من  (\xE2\x81\xA8store\xE2\x81\xA9)، ");
    bw_catalogue_free(c);
    bw_catalogue_free(left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_and_listed_in_order), cmocka_unit_test(escapes_become_utf8),
        cmocka_unit_test(arguments_are_filled_by_name),       cmocka_unit_test(other_json_is_refused),
        cmocka_unit_test(arguments_keep_their_direction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
