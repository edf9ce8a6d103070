/* SPDX-License-Identifier: Apache-2.0 */
/* id_test.c - UUIDs: layout by RFC 9562, text in and out, order by time. */
#include "bw/base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* RFC 9562 appendix A.6: Tuesday, February 22, 2022 2:22:22.00 PM GMT-05:00. */
static void version_7_carries_the_time(void **state)
{
    (void)state;
    char text[BW_UUID_TEXT];
    struct bw_uuid id = bw_uuid_v7(INT64_C(0x017F22E279B0) * BW_MS + 999);
    assert_memory_equal(bw_uuid_text(&id, text), "017f22e2-79b0-7", 15);
    assert_non_null(strchr("89ab", text[19]));
    struct bw_uuid next = bw_uuid_v7(INT64_C(0x017F22E279B1) * BW_MS);
    assert_int_equal(bw_uuid_cmp(&id, &next), -1);
    assert_int_equal(bw_uuid_cmp(&next, &id), 1);
    struct bw_uuid twin = bw_uuid_v7(INT64_C(0x017F22E279B0) * BW_MS);
    assert_false(bw_uuid_eq(&id, &twin));
    struct bw_uuid before = bw_uuid_v7(-5);
    assert_memory_equal(bw_uuid_text(&before, text), "00000000-0000-7", 15);
}

static void version_8_keeps_the_other_bits(void **state)
{
    (void)state;
    char text[BW_UUID_TEXT];
    uint8_t bytes[16];
    memset(bytes, 0xFF, sizeof(bytes));
    struct bw_uuid id = bw_uuid_v8(bytes);
    assert_string_equal(bw_uuid_text(&id, text), "ffffffff-ffff-8fff-bfff-ffffffffffff");
    memset(bytes, 0, sizeof(bytes));
    id = bw_uuid_v8(bytes);
    assert_string_equal(bw_uuid_text(&id, text), "00000000-0000-8000-8000-000000000000");
}

static void reads_the_canonical_form_only(void **state)
{
    (void)state;
    char text[BW_UUID_TEXT];
    struct bw_uuid id, nil = { { 0 } };
    assert_true(bw_uuid_parse(BW_STR("017F22E2-79b0-7CC3-98C4-DC0C0C07398F"), &id));
    assert_string_equal(bw_uuid_text(&id, text), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_false(bw_uuid_is_nil(&id));
    static const struct bw_str bad[] = {
        BW_STR_INIT(""),
        BW_STR_INIT("017f22e279b07cc398c4dc0c0c07398f"),
        BW_STR_INIT("{17f22e2-79b0-7cc3-98c4-dc0c0c07398}"),
        BW_STR_INIT("017f22e2-79b0-7cc3-98c4-dc0c0c07398"),
        BW_STR_INIT("017f22e2-79b0-7cc3-98c4-dc0c0c07398f0"),
        BW_STR_INIT("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"),
        BW_STR_INIT("017f22e2+79b0-7cc3-98c4-dc0c0c07398f"),
        BW_STR_INIT("017f22e-279b0-7cc3-98c4-dc0c0c07398f"),
    };
    for (size_t at = 0; at < BW_LEN(bad); at++)
        assert_false(bw_uuid_parse(bad[at], &nil));
    assert_true(bw_uuid_is_nil(&nil));
    assert_true(bw_uuid_eq(&id, &id));
    assert_int_equal(bw_uuid_cmp(&id, &id), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_7_carries_the_time),
        cmocka_unit_test(version_8_keeps_the_other_bits),
        cmocka_unit_test(reads_the_canonical_form_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
