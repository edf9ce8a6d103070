/* SPDX-License-Identifier: Apache-2.0 */
/* sign.h - Ed25519 (RFC 8032) by OpenSSL, and the compact form in which a signed JSON text travels (JWS, RFC 7515 and
 * RFC 8037), which any JOSE library checks.
 * Failures of OpenSSL on valid input (memory) assert; failures that input can cause return false.
 * Layer: base.  Threads: any.  Source: CASE-08 (signed receipt). */
#ifndef BW_BASE_SIGN_H
#define BW_BASE_SIGN_H

#include "bw/base/crypto.h"

#define BW_SIGN_PUBLIC 32
#define BW_SIGNATURE 64
/* A key pair: the seed is the secret; id is the JWK thumbprint of the public half (RFC 7638), cut to 16 characters. */
struct bw_sign_key {
    struct bw_key seed;
    uint8_t public[BW_SIGN_PUBLIC];
    char id[17];
};
void bw_sign_key_from(const struct bw_key *seed, struct bw_sign_key *ret);
void bw_sign(const struct bw_sign_key *key, struct bw_str text, uint8_t to[BW_SIGNATURE]);
BW_MUST_USE bool bw_sign_check(const uint8_t public_half[BW_SIGN_PUBLIC], struct bw_str text,
                               const uint8_t signature[BW_SIGNATURE]);

/* header.payload.signature, each base64url; the payload is the JSON text as it stands. */
void bw_jws(const struct bw_sign_key *key, struct bw_str json, struct bw_buf *to);
/* {"kty":"OKP","crv":"Ed25519","x":…,"kid":…,"alg":"EdDSA","use":"sig"} */
void bw_jwk(const struct bw_sign_key *key, struct bw_buf *to);

#endif
