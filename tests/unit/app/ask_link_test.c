/* SPDX-License-Identifier: Apache-2.0 */
/* ask_link_test.c - the signed link of a question: one spelling, no forgery. */
#include "bw/app/ask_link.h"

#include <stdio.h>

#include "app_test.h"

static const struct bw_key key = { { 1, 2, 3 } }, other_key = { { 1, 2, 4 } };
static const struct bw_uuid bag = { { 9, 8, 7 } }, ask = { { 5, 5, 5 } };

static bool reads(const char *token, const struct bw_key *by)
{
    struct bw_uuid a, b;
    return bw_ask_token_read(by, bw_str_c(token), &a, &b);
}

static void a_token_names_its_bag_and_question(void **state)
{
    (void)state;
    char token[BW_ASK_TOKEN + 1], again[BW_ASK_TOKEN + 1];
    struct bw_uuid a, b;
    bw_ask_token(&key, &bag, &ask, token);
    bw_ask_token(&key, &bag, &ask, again);
    assert_string_equal(token, again);
    assert_int_equal(strlen(token), BW_ASK_TOKEN);
    assert_true(bw_ask_token_read(&key, bw_str_c(token), &a, &b));
    assert_true(bw_uuid_eq(&a, &bag) && bw_uuid_eq(&b, &ask));
}

/* Every letter changed, the ids changed places, another installation's key, lengths, other alphabets. */
static void no_other_text_is_one(void **state)
{
    (void)state;
    char token[BW_ASK_TOKEN + 1], swapped[BW_ASK_TOKEN + 1], longer[BW_ASK_TOKEN + 2];
    bw_ask_token(&key, &bag, &ask, token);
    for (size_t k = 0; k < BW_ASK_TOKEN; k++) {
        char kept = token[k];
        for (const char *c = "Aa0-_ +/="; *c; c++) {
            token[k] = *c;
            if (*c != kept)
                assert_false(reads(token, &key));
        }
        token[k] = kept;
    }
    assert_true(reads(token, &key));
    assert_false(reads(token, &other_key));
    bw_ask_token(&key, &ask, &bag, swapped);
    memcpy(swapped + 43, token + 43, BW_ASK_TOKEN - 43);
    assert_false(reads(swapped, &key));
    (void)snprintf(longer, sizeof longer, "%sA", token);
    assert_false(reads(longer, &key));
    longer[BW_ASK_TOKEN - 1] = '\0';
    assert_false(reads(longer, &key));
    assert_false(reads("", &key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_names_its_bag_and_question),
        cmocka_unit_test(no_other_text_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
