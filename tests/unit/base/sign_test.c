/* SPDX-License-Identifier: Apache-2.0 */
/* sign_test.c - Ed25519 against the vectors of RFC 8032 and RFC 8037; the compact form and the key set. */
#include "bw/base/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bw/base/codec.h"

static struct bw_sign_key key_of(const char *hex)
{
    struct bw_key seed;
    struct bw_sign_key key;
    assert_true(bw_unhex(bw_str_c(hex), seed.b, sizeof seed.b));
    bw_sign_key_from(&seed, &key);
    return key;
}

/* RFC 8032 7.1, tests 1 to 3 */
static void the_vectors_of_rfc_8032(void **state)
{
    (void)state;
    static const struct {
        const char *seed, *half, *text, *signature;
    } v[] = {
        { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
          "be24"
          "655141438e7a100b" },
        { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
          "2aee"
          "b00d291612bb0c00" },
        { "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
          "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
          "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
          "d28d"
          "c027beceea1ec40a" },
    };
    for (size_t k = 0; k < BW_LEN(v); k++) {
        struct bw_sign_key key = key_of(v[k].seed);
        uint8_t half[BW_SIGN_PUBLIC], signature[BW_SIGNATURE], made[BW_SIGNATURE], text[2];
        size_t n = strlen(v[k].text) / 2;
        assert_true(bw_unhex(bw_str_c(v[k].half), half, sizeof half));
        assert_true(bw_unhex(bw_str_c(v[k].signature), signature, sizeof signature));
        assert_true(bw_unhex(bw_str_c(v[k].text), text, n));
        assert_memory_equal(key.public, half, sizeof half);
        bw_sign(&key, bw_str_n((const char *)text, n), made);
        assert_memory_equal(made, signature, sizeof made);
        assert_true(bw_sign_check(half, bw_str_n((const char *)text, n), made));
        for (size_t at = 0; at < sizeof made; at += 7) {
            made[at] ^= 1;
            assert_false(bw_sign_check(half, bw_str_n((const char *)text, n), made));
            made[at] ^= 1;
        }
        assert_false(bw_sign_check(half, BW_STR("other"), made));
    }
}

/* RFC 8037 A.3: the thumbprint of the key of RFC 8032's first test */
static void names_and_forms(void **state)
{
    (void)state;
    struct bw_sign_key key = key_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    bw_buf_init(&text, 4096);
    assert_string_equal(key.id, "kPrK_qmxVWaYVA9w"); /* kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k, cut */
    bw_jwk(&key, &text);
    assert_true(bw_str_eq_c(bw_buf_view(&text),
                            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlr"
                            "wIaaPcHURo\",\"kid\":\"kPrK_qmxVWaYVA9w\",\"alg\":\"EdDSA\",\"use\":"
                            "\"sig\"}"));
    bw_buf_clear(&text);
    bw_buf_str(&text, BW_STR("before "));
    bw_jws(&key, BW_STR("{\"v\":1}"), &text);
    struct bw_str rest = bw_str_drop(bw_buf_view(&text), 7), whole = rest;
    char head[64], body[16];
    uint8_t signature[BW_SIGNATURE];
    size_t n;
    assert_true(bw_unbase64url(bw_str_split(&rest, '.'), head, sizeof head, &n));
    assert_true(bw_str_eq_c(bw_str_n(head, n), "{\"alg\":\"EdDSA\",\"kid\":\"kPrK_qmxVWaYVA9w\"}"));
    assert_true(bw_unbase64url(bw_str_split(&rest, '.'), body, sizeof body, &n));
    assert_true(bw_str_eq_c(bw_str_n(body, n), "{\"v\":1}"));
    assert_true(bw_unbase64url(rest, signature, sizeof signature, &n) && n == sizeof signature);
    assert_true(bw_sign_check(key.public, bw_str_take(whole, whole.n - rest.n - 1), signature));
    BW_CLEANUP(bw_buf_done) struct bw_buf small = { 0 };
    bw_buf_init(&small, 30);
    bw_jws(&key, BW_STR("{\"v\":1}"), &small); /* no room: the buffer says so */
    assert_false(bw_buf_ok(&small));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_vectors_of_rfc_8032), cmocka_unit_test(names_and_forms) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
