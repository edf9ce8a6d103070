/* SPDX-License-Identifier: Apache-2.0 */
/* codec_test.c - encodings against the vectors of their standards; decoders refuse every second spelling. */
#include "bw/base/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void hex(void **state)
{
    (void)state;
    char text[9];
    uint8_t bytes[4];
    bw_hex("\x00\x7f\xAB\xff", 4, text);
    assert_string_equal(text, "007fabff");
    assert_true(bw_unhex(BW_STR("007FabFF"), bytes, 4));
    assert_memory_equal(bytes, "\x00\x7f\xab\xff", 4);
    assert_false(bw_unhex(BW_STR("007fabf"), bytes, 4));
    assert_false(bw_unhex(BW_STR("007fabff00"), bytes, 4));
    assert_false(bw_unhex(BW_STR("007fabfg"), bytes, 4));
    assert_false(bw_unhex(BW_STR("0x7fabff"), bytes, 4));
    assert_true(bw_unhex(BW_STR(""), bytes, 0));
}

/* RFC 4648 section 10, without padding. */
/* RFC 4648 10, the vectors that need no padding. */
static void base32(void **state)
{
    struct bw_buf b;
    (void)state;
    bw_buf_init(&b, 64);
    bw_base32((const uint8_t *)"fooba", 5, &b);
    bw_base32((const uint8_t *)"\0\0\0\0\0\377\377\377\377\377", 10, &b);
    assert_true(bw_str_eq_c(bw_buf_view(&b), "MZXW6YTBAAAAAAAA77777777"));
    bw_buf_done(&b);
}

static void base64url(void **state)
{
    (void)state;
    static const struct {
        struct bw_str plain, text;
    } rows[] = {
        { BW_STR_INIT(""), BW_STR_INIT("") },
        { BW_STR_INIT("f"), BW_STR_INIT("Zg") },
        { BW_STR_INIT("fo"), BW_STR_INIT("Zm8") },
        { BW_STR_INIT("foo"), BW_STR_INIT("Zm9v") },
        { BW_STR_INIT("foob"), BW_STR_INIT("Zm9vYg") },
        { BW_STR_INIT("fooba"), BW_STR_INIT("Zm9vYmE") },
        { BW_STR_INIT("foobar"), BW_STR_INIT("Zm9vYmFy") },
        { BW_STR_INIT("\xfb\xff\xfe"), BW_STR_INIT("-__-") },
    };
    for (size_t row = 0; row < BW_LEN(rows); row++) {
        struct bw_buf b;
        uint8_t back[8];
        size_t n = 99;
        bw_buf_init(&b, 100);
        bw_base64url(rows[row].plain.p, rows[row].plain.n, &b);
        assert_true(bw_str_eq(bw_buf_view(&b), rows[row].text));
        assert_true(bw_unbase64url(rows[row].text, back, sizeof(back), &n));
        assert_true(bw_str_eq(bw_str_n((const char *)back, n), rows[row].plain));
        if (n)
            assert_false(bw_unbase64url(rows[row].text, back, n - 1, &n));
        bw_buf_done(&b);
    }
    static const struct bw_str bad[] = { BW_STR_INIT("Z"),    BW_STR_INIT("Zg=="), BW_STR_INIT("Zh"),
                                         BW_STR_INIT("Zm9="), BW_STR_INIT("Zm+v"), BW_STR_INIT("Zm/v"),
                                         BW_STR_INIT("Zm9"),  BW_STR_INIT("Z m8"), BW_STR_INIT("Zm8\n"),
                                         BW_STR_INIT("Zm9vY") };
    for (size_t row = 0; row < BW_LEN(bad); row++) {
        uint8_t back[8];
        size_t n;
        assert_false(bw_unbase64url(bad[row], back, sizeof(back), &n));
    }
}

static void every_byte_survives_base64url(void **state)
{
    (void)state;
    uint8_t all[256], back[256];
    struct bw_buf b;
    bw_buf_init(&b, 1000);
    for (size_t at = 0; at < sizeof(all); at++)
        all[at] = (uint8_t)(at * 167 + 13);
    for (size_t n = 0; n <= sizeof(all); n++) {
        size_t got;
        bw_buf_clear(&b);
        bw_base64url(all, n, &b);
        assert_true(bw_unbase64url(bw_buf_view(&b), back, sizeof(back), &got));
        assert_int_equal(got, n);
        assert_memory_equal(all, back, n);
    }
    bw_buf_done(&b);
}

/* The check value of CRC-32/ISO-HDLC, and the key form of SEC-01 (peers.md). */
static void crc32_and_base62(void **state)
{
    (void)state;
    char text[12];
    assert_int_equal(bw_crc32(BW_STR("123456789")), 0xcbf43926);
    assert_int_equal(bw_crc32(BW_STR("")), 0);
    assert_int_equal(bw_crc32(BW_STR("0123456789abcdefghijABCDEFGHIJ")), 0xced364a5);
    bw_base62(0xced364a5, 6, text);
    assert_string_equal(text, "3mpbCX");
    bw_base62(UINT32_MAX, 6, text);
    assert_string_equal(text, "4gfFC3");
    bw_base62(0, 6, text);
    assert_string_equal(text, "000000");
    bw_base62(UINT64_MAX, 11, text);
    assert_string_equal(text, "LygHa16AHYF");
    bw_base62(9 + 62 * 10 + 62 * 62 * 61, 3, text);
    assert_string_equal(text, "zA9");
}

static void percent(void **state)
{
    (void)state;
    struct bw_arena a;
    struct bw_str got;
    struct bw_buf b;
    bw_arena_init(&a, 10000);
    bw_buf_init(&b, 100);
    assert_true(bw_percent_decode(&a, BW_STR("a%2Fb+%e6%97%A5"), 0, &got));
    assert_true(bw_str_eq_c(got, "a/b+\xe6\x97\xa5"));
    assert_true(bw_percent_decode(&a, BW_STR("a+b%2B"), 1, &got));
    assert_true(bw_str_eq_c(got, "a b+"));
    static const struct bw_str bad[] = { BW_STR_INIT("%"),    BW_STR_INIT("%4"),   BW_STR_INIT("a%4"),
                                         BW_STR_INIT("%4g"),  BW_STR_INIT("%g4"),  BW_STR_INIT("%00"),
                                         BW_STR_INIT("a\0b"), BW_STR_INIT("%%41"), BW_STR_INIT("%u0041") };
    for (size_t at = 0; at < BW_LEN(bad); at++)
        assert_false(bw_percent_decode(&a, bad[at], 0, &got));
    bw_percent_encode(&b, BW_STR("aZ9-._~ /?&=+%\xe6"));
    assert_true(bw_str_eq_c(bw_buf_view(&b), "aZ9-._~%20%2F%3F%26%3D%2B%25%E6"));
    bw_buf_done(&b);
    bw_arena_done(&a);
}

static void forms(void **state)
{
    (void)state;
    struct bw_arena a;
    struct bw_pair pairs[4];
    size_t n;
    bw_arena_init(&a, 10000);
    assert_true(bw_form_parse(&a, BW_STR("name=M%C3%BCller+X&empty=&&flag&a=b=c"), pairs, 4, &n));
    assert_int_equal(n, 4);
    assert_true(bw_str_eq_c(pairs[0].name, "name") && bw_str_eq_c(pairs[0].value, "M\xc3\xbcller X"));
    assert_true(bw_str_eq_c(pairs[1].name, "empty") && bw_str_empty(pairs[1].value));
    assert_true(bw_str_eq_c(pairs[2].name, "flag") && bw_str_empty(pairs[2].value));
    assert_true(bw_str_eq_c(pairs[3].name, "a") && bw_str_eq_c(pairs[3].value, "b=c"));
    assert_false(bw_form_parse(&a, BW_STR("1=&2=&3=&4=&5="), pairs, 4, &n));
    assert_false(bw_form_parse(&a, BW_STR("a=%"), pairs, 4, &n));
    assert_true(bw_form_parse(&a, BW_STR_NONE, pairs, 4, &n) && n == 0);
    assert_true(bw_form_parse(&a, BW_STR(""), pairs, 4, &n) && n == 0);
    bw_arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base32),           cmocka_unit_test(hex),
        cmocka_unit_test(base64url),        cmocka_unit_test(every_byte_survives_base64url),
        cmocka_unit_test(percent),          cmocka_unit_test(forms),
        cmocka_unit_test(crc32_and_base62),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
