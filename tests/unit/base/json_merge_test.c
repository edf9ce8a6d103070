/* SPDX-License-Identifier: Apache-2.0 */
/* json_merge_test.c - the cases of RFC 7396 appendix A as far as both sides are objects, and patches that no strict
 * reader takes. */
#include "bw/base/json_merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct bw_arena arena;

static int setup(void **state)
{
    (void)state;
    bw_arena_init(&arena, 8 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_arena_done(&arena);
    return 0;
}

static void patches_merge_as_the_rfc_says(void **state)
{
    (void)state;
    static const struct {
        const char *target, *patch, *merged;
    } cases[] = {
        { "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
        { "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
        { "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
        { "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
        { "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
        { "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
        { "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
        { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
        { "{\"a\":\"x\"}", "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}" },
        { "{\"a\":1}", "{}", "{\"a\":1}" },
        { "{\"a\":\"/\"}", "{\"b\":\"\\ud83d\\ude00/\\n\"}", "{\"a\":\"/\",\"b\":\"\xF0\x9F\x98\x80/\\n\"}" },
    };
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        struct bw_faults f;
        struct bw_str merged;
        bw_faults_init(&f, &arena);
        assert_int_equal(bw_json_merge(bw_str_c(cases[k].target), bw_str_c(cases[k].patch), &f, &merged), BW_OK);
        if (!bw_str_eq_c(merged, cases[k].merged))
            fail_msg("%s + %s = %.*s", cases[k].target, cases[k].patch, BW_FMT(merged));
    }
}

/* req: ING-05 */
static void what_is_no_strict_object_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *patch;
        bw_code code;
    } bad[] = {
        { "[1]", BW_E_INVALID_BODY },
        { "null", BW_E_INVALID_BODY },
        { "", BW_E_BAD_JSON },
        { "{\"a\":1", BW_E_BAD_JSON },
        { "{\"a\":1}x", BW_E_BAD_JSON },
        { "{\"a\":1,\"a\":2}", BW_E_DUPLICATE_KEY },
        { "{\"a\":\"\xFF\"}", BW_E_NOT_UTF8 },
        { "{\"a\":[[[[[[[[1]]]]]]]]}", BW_E_TOO_DEEP },
    };
    for (size_t k = 0; k < BW_LEN(bad); k++) {
        struct bw_faults f;
        struct bw_str merged;
        bw_faults_init(&f, &arena);
        if (bw_json_merge(BW_STR("{}"), bw_str_c(bad[k].patch), &f, &merged) != bad[k].code)
            fail_msg("%s: %s", bad[k].patch, bw_code_info(bw_faults_code(&f))->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patches_merge_as_the_rfc_says),
        cmocka_unit_test(what_is_no_strict_object_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
