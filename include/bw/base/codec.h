/* SPDX-License-Identifier: Apache-2.0 */
/* codec.h - hex, base64url (RFC 4648 5, unpadded), base62, CRC32 (IEEE), percent and form decoding.
 * Decoders are strict: any byte outside the alphabet fails.  Layer: base.  Threads: any. */
#ifndef BW_BASE_CODEC_H
#define BW_BASE_CODEC_H

#include "bw/base/arena.h"
#include "bw/base/buf.h"

void bw_hex(const void *p, size_t n, char *to);                 /* writes 2n + 1 bytes, lower case */
BW_MUST_USE bool bw_unhex(struct bw_str s, void *to, size_t n); /* exactly 2n digits, either case */
void bw_base64url(const void *p, size_t n, struct bw_buf *to);
BW_MUST_USE bool bw_unbase64url(struct bw_str s, void *to, size_t size, size_t *ret_n);
/* RFC 4648 6, upper case, unpadded: what an authenticator takes by hand.  n is a multiple of 5. */
void bw_base32(const uint8_t *p, size_t n, struct bw_buf *to);
uint32_t bw_crc32(struct bw_str s);
/* Fixed width, most significant digit first, alphabet 0-9A-Za-z; width 6 holds any 32-bit value.  Writes width + 1
 * bytes, the last a NUL; asserts that v fits. */
void bw_base62(uint64_t v, size_t width, char *to);

/* RFC 3986: %XX only; refuses %00 and broken escapes.  plus = 1 turns '+' into space (forms). */
BW_MUST_USE bool bw_percent_decode(struct bw_arena *a, struct bw_str s, int plus, struct bw_str *ret);
void bw_percent_encode(struct bw_buf *to, struct bw_str s); /* unreserved characters stay */

struct bw_pair {
    struct bw_str name, value;
};
/* application/x-www-form-urlencoded or a query string; at most max pairs, else false. */
BW_MUST_USE bool bw_form_parse(struct bw_arena *a, struct bw_str s, struct bw_pair *to, size_t max, size_t *ret_n);

#endif
