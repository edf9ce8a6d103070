/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.h - everything we ask of OpenSSL: hashes, HMAC, AES-256-GCM, random bytes, scrypt, constant-time compare.
 * Failures of OpenSSL on valid input (memory) assert; failures that input can cause return false.
 * Layer: base.  Threads: any.  bw_scrypt takes about half a second and 128 MiB: hash thread only. */
#ifndef BW_BASE_CRYPTO_H
#define BW_BASE_CRYPTO_H

#include "bw/base/buf.h"
#include "bw/base/str.h"

#define BW_SHA256 32
struct bw_hash {
    uint8_t b[BW_SHA256];
};
#define BW_KEY 32
struct bw_key {
    uint8_t b[BW_KEY];
};

struct bw_hash bw_sha256(struct bw_str s);
/* SHA-256 over several parts without joining them. */
struct bw_hash bw_sha256_parts(const struct bw_str *parts, size_t n);
struct bw_hash bw_hmac(const struct bw_key *key, const struct bw_str *parts, size_t n);
static inline struct bw_str bw_hash_bytes(const struct bw_hash *h) { return bw_str_n((const char *)h->b, BW_SHA256); }
bool bw_hash_eq(const struct bw_hash *a, const struct bw_hash *b); /* constant time */
bool bw_same_bytes(const void *a, const void *b, size_t n);        /* constant time */

/* The six digits of RFC 6238 (HMAC-SHA-1, RFC 4226 5.3) for the step, which is Unix seconds / 30. */
#define BW_TOTP_STEP 30
uint32_t bw_totp(struct bw_str secret, uint64_t step);

void bw_random(void *to, size_t n);
/* n base62 characters (log2(62) bits each) and a closing NUL. */
void bw_random_base62(char *to, size_t n);
void bw_wipe(void *p, size_t n);

#define BW_NONCE 12
#define BW_TAG 16
/* AES-256-GCM.  to receives plain.n + BW_TAG bytes. The nonce is random and must never repeat under one key. */
void bw_seal(const struct bw_key *key, const uint8_t nonce[BW_NONCE], struct bw_str aad, struct bw_str plain, uint8_t *to);
/* to receives sealed.n - BW_TAG bytes.  False when it was changed, cut, or sealed under another key or AAD. */
BW_MUST_USE bool bw_open(const struct bw_key *key, const uint8_t nonce[BW_NONCE], struct bw_str aad, struct bw_str sealed, uint8_t *to);

/* "scrypt$17$8$1$<salt b64url>$<hash b64url>" (log2 N, r, p).  The tag lets another function follow later. */
#define BW_PASSWORD_TEXT 128
BW_MUST_USE bool bw_password_hash(struct bw_str password, unsigned log2_n, char to[BW_PASSWORD_TEXT]);
/* False for a wrong password and for a text that is not ours.  log2 N above 20 is refused. */
BW_MUST_USE bool bw_password_check(struct bw_str password, const char *stored);

#endif
