/* SPDX-License-Identifier: Apache-2.0 */
/* bagcode_test.c - description codes against the chart of domain.md 4.3. */
#include "bw/domain/bagcode.h"

#include "domain_test.h"

static const char *words_of(const char *text)
{
    static char words[200];
    struct bw_bagcode code;
    const char *why = "";
    if (!bw_bagcode_parse(bw_str_c(text), &code, &why))
        return why;
    (void)bw_bagcode_words(&code, words, sizeof words);
    return words;
}

/* req: CASE-01 */
static void a_code_is_colour_type_and_descriptors(void **state)
{
    (void)state;
    struct bw_bagcode code;
    const char *why;
    assert_true(bw_bagcode_parse(BW_STR("bu22mbc"), &code, &why));
    assert_string_equal(code.text, "BU22MBC");
    assert_string_equal(code.colour, "blue");
    assert_string_equal(words_of("BU22MBC"), "blue upright, soft: metal, pull strap, combination lock");
    assert_string_equal(words_of("BK22RWH"), "black upright: rigid, wheels, retractable handle");
    assert_string_equal(words_of("GN94"), "green wheelchair");
    assert_true(bw_bagcode_parse(BW_STR("WT01"), &code, &why));
    assert_string_equal(code.text, "WT01XXX"); /* what is missing is filled with X */
    assert_true(bw_bagcode_parse(BW_STR("TD25S"), &code, &why));
    assert_string_equal(code.text, "BN25SXX"); /* tweed is an old colour */
}

static void what_the_chart_lacks_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } bad[] = {
        { "", "must be a colour" },
        { "BU2", "must be a colour" },
        { "BU22MBCX", "must be a colour" },
        { "ZZ22MBC", "must begin with" },
        { "BU04XXX", "must name a type" },
        { "BU70", "must name a type" },
        { "BU22MBZ", "must end in up to" },
        { "22BUMBC", "must begin with" },
        { "BU\xC3\xA9"
          "2XX",
          "must name" },
    };
    for (size_t k = 0; k < BW_LEN(bad); k++)
        if (strncmp(words_of(bad[k].text), bad[k].why, strlen(bad[k].why)) != 0)
            fail_msg("%s: %s", bad[k].text, words_of(bad[k].text));
}

/* Every row of the chart, with every letter at every place. */
static void the_whole_chart_reads_and_has_words(void **state)
{
    (void)state;
    const struct bw_bagcode_row *colours, *types, *letters;
    size_t n_colours = bw_bagcode_colours(&colours), n_types = bw_bagcode_types(&types);
    size_t n_letters = bw_bagcode_descriptors(&letters), tried = 0;
    assert_int_equal(n_colours, 12);
    assert_int_equal(n_types, 57);
    for (size_t c = 0; c < n_colours; c++)
        for (size_t t = 0; t < n_types; t++)
            for (size_t l = 0; l < n_letters; l++, tried++) {
                char text[8];
                (void)snprintf(text, sizeof text, "%s%s%s%sX", colours[c].code, types[t].code, letters[l].code,
                               letters[(l + tried) % n_letters].code);
                const char *words = words_of(text);
                if (strncmp(words, colours[c].name, strlen(colours[c].name)) != 0 || !strstr(words, letters[l].name))
                    fail_msg("%s: %s", text, words);
            }
    assert_true(tried > 7000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_colour_type_and_descriptors),
        cmocka_unit_test(what_the_chart_lacks_is_refused),
        cmocka_unit_test(the_whole_chart_reads_and_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
