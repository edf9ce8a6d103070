/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.c - hashes, HMAC, AES-256-GCM and random bytes by OpenSSL 3's EVP.
 * Algorithms are fetched once: an implicit fetch on every call costs a lock and a lookup in OpenSSL 3.
 * Layer: base.  Threads: any.  Source: FIPS 180-4, RFC 2104, NIST SP 800-38D. */
#include "bw/base/crypto.h"

#include <limits.h>
#include <pthread.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "bw/base/codec.h"

static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;
/* set once, then read-only; live as long as the process */
static struct {
    EVP_MD *sha256;
    EVP_MAC *hmac;
    EVP_CIPHER *gcm;
} algo;

/* A thread's last HMAC: setting a key costs three times what a short text costs, and nearly all are under one key. */
struct mac {
    EVP_MAC_CTX *ctx;
    struct bw_key key;
    bool keyed;
};
static pthread_key_t own_mac;

static void mac_free(void *arg)
{
    struct mac *mac = arg;
    EVP_MAC_CTX_free(mac->ctx);
    OPENSSL_clear_free(mac, sizeof *mac);
}

static void fetch(void)
{
    algo.sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    algo.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    algo.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    BW_ASSERT(algo.sha256 && algo.hmac && algo.gcm);
    BW_ASSERT(pthread_key_create(&own_mac, mac_free) == 0);
}

static void ready(void)
{
    BW_ASSERT(pthread_once(&fetch_once, fetch) == 0);
}

struct bw_hash bw_sha256(struct bw_str s)
{
    return bw_sha256_parts(&s, 1);
}

struct bw_hash bw_sha256_parts(const struct bw_str *parts, size_t n)
{
    struct bw_hash hash;
    ready();
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    BW_ASSERT(ctx && EVP_DigestInit_ex2(ctx, algo.sha256, NULL) == 1);
    for (size_t part = 0; part < n; part++)
        BW_ASSERT(EVP_DigestUpdate(ctx, parts[part].p, parts[part].n) == 1);
    BW_ASSERT(EVP_DigestFinal_ex(ctx, hash.b, NULL) == 1);
    EVP_MD_CTX_free(ctx);
    return hash;
}

/* This thread's context, begun anew under the key. */
static EVP_MAC_CTX *mac_begin(const struct bw_key *key)
{
    char digest[] = "SHA2-256";
    const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                  OSSL_PARAM_construct_end() };
    struct mac *mac = pthread_getspecific(own_mac);
    if (!mac) {
        mac = OPENSSL_zalloc(sizeof *mac);
        BW_ASSERT(mac && pthread_setspecific(own_mac, mac) == 0);
        mac->ctx = EVP_MAC_CTX_new(algo.hmac);
    }
    bool same = mac->keyed && bw_same_bytes(mac->key.b, key->b, sizeof key->b);
    BW_ASSERT(mac->ctx &&
              EVP_MAC_init(mac->ctx, same ? NULL : key->b, same ? 0 : sizeof key->b, same ? NULL : params) == 1);
    mac->key = *key;
    mac->keyed = true;
    return mac->ctx;
}

struct bw_hash bw_hmac(const struct bw_key *key, const struct bw_str *parts, size_t n)
{
    struct bw_hash hash;
    size_t len = 0;
    ready();
    EVP_MAC_CTX *ctx = mac_begin(key);
    for (size_t part = 0; part < n; part++)
        if (parts[part].n)
            BW_ASSERT(EVP_MAC_update(ctx, (const unsigned char *)parts[part].p, parts[part].n) == 1);
    BW_ASSERT(EVP_MAC_final(ctx, hash.b, &len, sizeof(hash.b)) == 1 && len == sizeof(hash.b));
    return hash;
}

uint32_t bw_totp(struct bw_str secret, uint64_t step)
{
    uint8_t counter[8], mac[20];
    size_t len = 0;
    char digest[] = "SHA1";
    const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                  OSSL_PARAM_construct_end() };
    for (unsigned k = 0; k < sizeof counter; k++)
        counter[k] = (uint8_t)(step >> (56 - 8 * k));
    ready();
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(algo.hmac);
    BW_ASSERT(ctx && EVP_MAC_init(ctx, (const unsigned char *)secret.p, secret.n, params) == 1);
    BW_ASSERT(EVP_MAC_update(ctx, counter, sizeof counter) == 1);
    BW_ASSERT(EVP_MAC_final(ctx, mac, &len, sizeof mac) == 1 && len == sizeof mac);
    EVP_MAC_CTX_free(ctx);
    const uint8_t *at = mac + (mac[19] & 15);
    uint32_t cut = ((uint32_t)(at[0] & 127) << 24) | ((uint32_t)at[1] << 16) | ((uint32_t)at[2] << 8) | at[3];
    return cut % 1000000;
}

bool bw_hash_eq(const struct bw_hash *a, const struct bw_hash *b)
{
    return bw_same_bytes(a->b, b->b, sizeof(a->b));
}

bool bw_same_bytes(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

void bw_random(void *to, size_t n)
{
    BW_ASSERT(n <= INT_MAX && RAND_bytes(to, (int)n) == 1);
}

void bw_random_base62(char *to, size_t n)
{
    uint8_t pool[64];
    size_t at = 0;
    while (at < n) {
        bw_random(pool, sizeof(pool));
        for (size_t byte = 0; byte < sizeof(pool) && at < n; byte++) {
            /* 248 = 4 * 62: a byte above it would make the first digits likelier. */
            if (pool[byte] >= 248)
                continue;
            char digit[2];
            bw_base62(pool[byte] % 62, 1, digit);
            to[at++] = digit[0];
        }
    }
    to[n] = '\0';
    bw_wipe(pool, sizeof(pool));
}

void bw_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}

void bw_seal(const struct bw_key *key, const uint8_t nonce[BW_NONCE], struct bw_str aad, struct bw_str plain,
             uint8_t *to)
{
    int len = 0;
    BW_ASSERT(plain.n <= INT_MAX && aad.n <= INT_MAX);
    ready();
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    BW_ASSERT(ctx && EVP_EncryptInit_ex2(ctx, algo.gcm, key->b, nonce, NULL) == 1);
    if (aad.n)
        BW_ASSERT(EVP_EncryptUpdate(ctx, NULL, &len, (const unsigned char *)aad.p, (int)aad.n) == 1);
    if (plain.n)
        BW_ASSERT(EVP_EncryptUpdate(ctx, to, &len, (const unsigned char *)plain.p, (int)plain.n) == 1);
    BW_ASSERT(EVP_EncryptFinal_ex(ctx, to + plain.n, &len) == 1 && len == 0);
    BW_ASSERT(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, BW_TAG, to + plain.n) == 1);
    EVP_CIPHER_CTX_free(ctx);
}

bool bw_open(const struct bw_key *key, const uint8_t nonce[BW_NONCE], struct bw_str aad, struct bw_str sealed,
             uint8_t *to)
{
    int len = 0;
    uint8_t tag[BW_TAG];
    if (sealed.n < BW_TAG || sealed.n > INT_MAX || aad.n > INT_MAX)
        return false;
    size_t n = sealed.n - BW_TAG;
    memcpy(tag, sealed.p + n, sizeof(tag));
    ready();
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    BW_ASSERT(ctx && EVP_DecryptInit_ex2(ctx, algo.gcm, key->b, nonce, NULL) == 1);
    if (aad.n)
        BW_ASSERT(EVP_DecryptUpdate(ctx, NULL, &len, (const unsigned char *)aad.p, (int)aad.n) == 1);
    if (n)
        BW_ASSERT(EVP_DecryptUpdate(ctx, to, &len, (const unsigned char *)sealed.p, (int)n) == 1);
    BW_ASSERT(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, BW_TAG, tag) == 1);
    uint8_t none[BW_TAG];
    bool genuine = EVP_DecryptFinal_ex(ctx, none, &len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!genuine && n)
        bw_wipe(to, n);
    return genuine;
}
