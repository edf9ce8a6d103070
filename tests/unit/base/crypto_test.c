/* SPDX-License-Identifier: Apache-2.0 */
/* crypto_test.c - known vectors of FIPS 180, RFC 4231, the GCM paper and another scrypt, and everything that must fail.
 */
#include "bw/base/crypto.h"

#include "bw/base/codec.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check_hex(const void *p, size_t n, const char *want)
{
    char text[200];
    assert_true(2 * n < sizeof(text));
    bw_hex(p, n, text);
    assert_string_equal(text, want);
}

static void sha256(void **state)
{
    (void)state;
    struct bw_hash h = bw_sha256(BW_STR("abc"));
    check_hex(h.b, sizeof(h.b), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct bw_hash empty = bw_sha256(BW_STR_NONE);
    check_hex(empty.b, sizeof(empty.b), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const struct bw_str parts[] = { BW_STR("a"), BW_STR_NONE, BW_STR("bc") };
    struct bw_hash joined = bw_sha256_parts(parts, 3);
    assert_true(bw_hash_eq(&h, &joined));
    assert_false(bw_hash_eq(&h, &empty));
    struct bw_hash none = bw_sha256_parts(NULL, 0);
    assert_true(bw_hash_eq(&none, &empty));
}

/* RFC 4231: a shorter key padded with zeros is the same HMAC key, so its cases 1 and 2 fit our 32 bytes. */
static void hmac(void **state)
{
    (void)state;
    struct bw_key key = { { 0 } };
    memset(key.b, 0x0b, 20);
    const struct bw_str one[] = { BW_STR("Hi "), BW_STR_NONE, BW_STR("There") };
    struct bw_hash h = bw_hmac(&key, one, 3);
    check_hex(h.b, sizeof(h.b), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    memset(key.b, 0, sizeof(key.b));
    memcpy(key.b, "Jefe", 4);
    const struct bw_str two = BW_STR("what do ya want for nothing?");
    h = bw_hmac(&key, &two, 1);
    check_hex(h.b, sizeof(h.b), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static struct bw_hash mac_of(uint8_t key_byte, struct bw_str text)
{
    struct bw_key key;
    memset(key.b, key_byte, sizeof key.b);
    return bw_hmac(&key, &text, 1);
}

static void *macs(void *arg)
{
    const struct bw_hash *want = arg;
    for (int k = 0; k < 200; k++) {
        struct bw_hash h = mac_of((uint8_t)(k % 3), BW_STR("text"));
        if (!bw_hash_eq(&h, &want[k % 3]))
            return arg;
    }
    return NULL;
}

/* A thread keeps what it keyed last: the same key again, another between, nothing said, other threads beside. */
static void hmac_again(void **state)
{
    (void)state;
    struct bw_hash want[] = { mac_of(0, BW_STR("text")), mac_of(1, BW_STR("text")), mac_of(2, BW_STR("text")) };
    struct bw_hash again = mac_of(2, BW_STR("text")), none = mac_of(2, BW_STR_NONE);
    assert_true(bw_hash_eq(&again, &want[2]));
    assert_false(bw_hash_eq(&none, &want[2]));
    assert_false(bw_hash_eq(&want[0], &want[1]));
    again = mac_of(2, BW_STR("text"));
    assert_true(bw_hash_eq(&again, &want[2]));
    pthread_t threads[4];
    for (size_t k = 0; k < BW_LEN(threads); k++)
        assert_int_equal(pthread_create(&threads[k], NULL, macs, want), 0);
    for (size_t k = 0; k < BW_LEN(threads); k++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[k], &wrong), 0);
        assert_null(wrong);
    }
}

/* McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 to 16. */
static void gcm_vectors(void **state)
{
    (void)state;
    struct bw_key key = { { 0 } };
    uint8_t nonce[BW_NONCE] = { 0 }, plain[60], out[60 + BW_TAG], back[60], aad[20];
    bw_seal(&key, nonce, BW_STR_NONE, BW_STR_NONE, out);
    check_hex(out, BW_TAG, "530f8afbc74536b9a963b4f1c4cb738b");
    assert_true(bw_open(&key, nonce, BW_STR_NONE, bw_str_n((char *)out, BW_TAG), NULL));
    memset(plain, 0, 16);
    bw_seal(&key, nonce, BW_STR_NONE, bw_str_n((char *)plain, 16), out);
    check_hex(out, 16 + BW_TAG, "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    assert_true(bw_unhex(BW_STR("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"), key.b, 32));
    assert_true(bw_unhex(BW_STR("cafebabefacedbaddecaf888"), nonce, 12));
    assert_true(bw_unhex(BW_STR("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595"
                                "6809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
                         plain, 60));
    assert_true(bw_unhex(BW_STR("feedfacedeadbeeffeedfacedeadbeefabaddad2"), aad, 20));
    bw_seal(&key, nonce, bw_str_n((char *)aad, 20), bw_str_n((char *)plain, 60), out);
    check_hex(out, 60 + BW_TAG,
              "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e63"
              "93ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
    assert_true(bw_open(&key, nonce, bw_str_n((char *)aad, 20), bw_str_n((char *)out, sizeof(out)), back));
    assert_memory_equal(back, plain, 60);
}

static void nothing_changed_opens(void **state)
{
    (void)state;
    struct bw_key key;
    uint8_t nonce[BW_NONCE], sealed[20 + BW_TAG], back[20];
    const struct bw_str aad = BW_STR("bag 1"), plain = BW_STR("12 Rose Lane, Dublin");
    bw_random(key.b, sizeof(key.b));
    bw_random(nonce, sizeof(nonce));
    bw_seal(&key, nonce, aad, plain, sealed);
    const struct bw_str all = bw_str_n((char *)sealed, sizeof(sealed));
    assert_true(bw_open(&key, nonce, aad, all, back));
    assert_memory_equal(back, plain.p, 20);
    for (size_t bit = 0; bit < sizeof(sealed) * 8; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        assert_false(bw_open(&key, nonce, aad, all, back));
        sealed[bit / 8] ^= (uint8_t)(1U << (bit % 8));
    }
    static const uint8_t zeros[20];
    assert_memory_equal(back, zeros, sizeof(back)); /* no unverified byte stays behind */
    for (size_t n = 0; n < sizeof(sealed); n++)
        assert_false(bw_open(&key, nonce, aad, bw_str_n((char *)sealed, n), back));
    assert_false(bw_open(&key, nonce, BW_STR("bag 2"), all, back));
    assert_false(bw_open(&key, nonce, BW_STR_NONE, all, back));
    nonce[0] ^= 1;
    assert_false(bw_open(&key, nonce, aad, all, back));
    nonce[0] ^= 1;
    key.b[31] ^= 1;
    assert_false(bw_open(&key, nonce, aad, all, back));
}

static void random_is_spread(void **state)
{
    (void)state;
    char text[62 * 400 + 1];
    unsigned seen[128] = { 0 };
    bw_random_base62(text, sizeof(text) - 1);
    assert_int_equal(strlen(text), sizeof(text) - 1);
    for (const char *c = text; *c; c++) {
        assert_true(bw_is_alnum(*c));
        seen[(unsigned char)*c]++;
    }
    /* 400 expected each, deviation 20: 8 deviations off is a bug, not bad luck. */
    for (int c = 0; c < 128; c++)
        if (bw_is_alnum((char)c))
            assert_in_range(seen[c], 240, 560);
    bw_random_base62(text, 0);
    assert_string_equal(text, "");
    uint8_t a[32], b[32];
    bw_random(a, sizeof(a));
    bw_random(b, sizeof(b));
    assert_false(bw_same_bytes(a, b, sizeof(a)));
    bw_wipe(a, sizeof(a));
    static const uint8_t zeros[32];
    assert_true(bw_same_bytes(a, zeros, sizeof(a)));
}

/* The vectors of RFC 7914 have shorter salts than ours; these two were made with Python's hashlib.scrypt. */
static void scrypt_vectors(void **state)
{
    (void)state;
    assert_true(bw_password_check(BW_STR("correct horse"),
                                  "scrypt$10$8$1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea-fVr03sWV770kp5wLOLoEakziKhqE"));
    assert_true(bw_password_check(BW_STR("pa\0ss"),
                                  "scrypt$14$8$1$AAECAwQFBgcICQoLDA0ODw$podTxoaFy6DysJOAdhsa_9P2Be1lZyZIERgWt9BnUHE"));
    assert_false(bw_password_check(BW_STR("pa"),
                                   "scrypt$14$8$1$AAECAwQFBgcICQoLDA0ODw$podTxoaFy6DysJOAdhsa_9P2Be1lZyZIERgWt9BnUHE"));
}

/* req: SEC-02 */
static void passwords(void **state)
{
    (void)state;
    char one[BW_PASSWORD_TEXT], two[BW_PASSWORD_TEXT];
    assert_true(bw_password_hash(BW_STR("Tr0ub4dor&3"), 10, one));
    assert_true(bw_password_hash(BW_STR("Tr0ub4dor&3"), 10, two));
    assert_string_not_equal(one, two);
    assert_true(bw_str_starts(bw_str_c(one), BW_STR("scrypt$10$8$1$")));
    assert_null(strstr(one, "Tr0ub4dor"));
    assert_true(bw_password_check(BW_STR("Tr0ub4dor&3"), one));
    assert_false(bw_password_check(BW_STR("tr0ub4dor&3"), one));
    assert_false(bw_password_check(BW_STR(""), one));
    assert_true(bw_password_hash(BW_STR_NONE, 1, one));
    assert_true(bw_password_check(BW_STR(""), one));
    assert_false(bw_password_hash(BW_STR("x"), 0, one));
    assert_false(bw_password_hash(BW_STR("x"), 21, one));
}

static void texts_that_are_not_ours(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "x",
        "bcrypt$10$8$1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$21$8$1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$0$8$1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$10$9999$1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$10$8$2$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$10$8$1$AAECAwQFBgcICQoLDA0O$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$10$8$1$AAECAwQFBgcICQoLDA0ODw$AAAA",
        "scrypt$10$8$1$AAECAwQFBgcICQoLDA0ODw$",
        "scrypt$10$8$1$AAECAwQFBgcICQoLDA0ODw",
        "scrypt$10$8$1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$",
    };
    for (size_t row = 0; row < BW_LEN(bad); row++)
        assert_false(bw_password_check(BW_STR("x"), bad[row]));
}

/* RFC 6238, appendix B (SHA-1), the last six of its eight digits. req: SEC-02 */
static void totp(void **state)
{
    (void)state;
    static const struct {
        uint64_t at;
        uint32_t code;
    } rows[] = { { 59, 287082 },       { 1111111109, 81804 },  { 1111111111, 50471 },
                 { 1234567890, 5924 }, { 2000000000, 279037 }, { 20000000000, 353130 } };
    for (size_t k = 0; k < BW_LEN(rows); k++)
        assert_int_equal(bw_totp(BW_STR("12345678901234567890"), rows[k].at / BW_TOTP_STEP), rows[k].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totp),
        cmocka_unit_test(sha256),
        cmocka_unit_test(hmac),
        cmocka_unit_test(hmac_again),
        cmocka_unit_test(gcm_vectors),
        cmocka_unit_test(nothing_changed_opens),
        cmocka_unit_test(random_is_spread),
        cmocka_unit_test(scrypt_vectors),
        cmocka_unit_test(passwords),
        cmocka_unit_test(texts_that_are_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
