/* SPDX-License-Identifier: Apache-2.0 */
/* sign.c - Ed25519 by OpenSSL's EVP; JWS compact form, JWK and its thumbprint.
 * Layer: base.  Threads: any.  Source: RFC 8032, RFC 7515, RFC 7638, RFC 8037. */
#include "bw/base/sign.h"

#include <stdio.h>

#include <openssl/evp.h>

#include "bw/base/codec.h"

#define PUBLIC_TEXT 64 /* 43 characters of base64url, and room */

static void public_text(const struct bw_sign_key *key, char to[PUBLIC_TEXT])
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    bw_buf_init(&text, PUBLIC_TEXT);
    bw_base64url(key->public, sizeof key->public, &text);
    BW_ASSERT(bw_buf_ok(&text) && bw_str_copy(bw_buf_view(&text), to, PUBLIC_TEXT));
}

void bw_sign_key_from(const struct bw_key *seed, struct bw_sign_key *ret)
{
    char x[PUBLIC_TEXT];
    size_t n = sizeof ret->public;
    ret->seed = *seed;
    EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed->b, sizeof seed->b);
    BW_ASSERT(pair && EVP_PKEY_get_raw_public_key(pair, ret->public, &n) == 1 && n == sizeof ret->public);
    EVP_PKEY_free(pair);
    public_text(ret, x);
    struct bw_str parts[] = { BW_STR("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\""), bw_str_c(x), BW_STR("\"}") };
    struct bw_hash print = bw_sha256_parts(parts, BW_LEN(parts));
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    bw_buf_init(&text, PUBLIC_TEXT);
    bw_base64url(print.b, sizeof print.b, &text);
    BW_ASSERT(bw_buf_ok(&text));
    bw_str_put(bw_str_take(bw_buf_view(&text), sizeof ret->id - 1), ret->id, sizeof ret->id);
}

void bw_sign(const struct bw_sign_key *key, struct bw_str text, uint8_t to[BW_SIGNATURE])
{
    size_t n = BW_SIGNATURE;
    EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed.b, sizeof key->seed.b);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    BW_ASSERT(pair && ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, pair) == 1 &&
              EVP_DigestSign(ctx, to, &n, (const unsigned char *)text.p, text.n) == 1 && n == BW_SIGNATURE);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pair);
}

bool bw_sign_check(const uint8_t public_half[BW_SIGN_PUBLIC], struct bw_str text, const uint8_t signature[BW_SIGNATURE])
{
    EVP_PKEY *half = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_half, BW_SIGN_PUBLIC);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    BW_ASSERT(ctx);
    bool good = half && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, half) == 1 &&
                EVP_DigestVerify(ctx, signature, BW_SIGNATURE, (const unsigned char *)text.p, text.n) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(half);
    return good;
}

void bw_jws(const struct bw_sign_key *key, struct bw_str json, struct bw_buf *to)
{
    char head[64];
    uint8_t signature[BW_SIGNATURE];
    size_t begin = to->n;
    int n = snprintf(head, sizeof head, "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", key->id);
    BW_ASSERT(n > 0 && (size_t)n < sizeof head);
    bw_base64url(head, (size_t)n, to);
    bw_buf_ch(to, '.');
    bw_base64url(json.p, json.n, to);
    if (!bw_buf_ok(to))
        return;
    bw_sign(key, bw_str_drop(bw_buf_view(to), begin), signature);
    bw_buf_ch(to, '.');
    bw_base64url(signature, sizeof signature, to);
}

void bw_jwk(const struct bw_sign_key *key, struct bw_buf *to)
{
    char x[PUBLIC_TEXT];
    public_text(key, x);
    bw_buf_printf(to,
                  "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\",\"kid\":\"%s\",\"alg\":\"EdDSA\",\"use\":\"sig\"}",
                  x, key->id);
}
