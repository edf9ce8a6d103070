/* SPDX-License-Identifier: Apache-2.0 */
/* id.h - UUIDs (RFC 9562): v7 for things we make, v8 for uids that are derived from an HMAC.
 * Layer: base.  Threads: any. */
#ifndef BW_BASE_ID_H
#define BW_BASE_ID_H

#include "bw/base/clock.h"

struct bw_uuid {
    uint8_t b[16];
};

#define BW_UUID_TEXT 37
/* Version 7 from the instant given and 74 random bits. */
struct bw_uuid bw_uuid_v7(bw_time at);
/* Version 8: the first 16 bytes given, with version and variant bits set (design.md 3, "uid"). */
struct bw_uuid bw_uuid_v8(const uint8_t bytes[16]);
/* Canonical 8-4-4-4-12 form, either case in, lower case out. */
BW_MUST_USE bool bw_uuid_parse(struct bw_str s, struct bw_uuid *ret);
const char *bw_uuid_text(const struct bw_uuid *id, char to[BW_UUID_TEXT]);
bool bw_uuid_eq(const struct bw_uuid *a, const struct bw_uuid *b);
int bw_uuid_cmp(const struct bw_uuid *a, const struct bw_uuid *b);
bool bw_uuid_is_nil(const struct bw_uuid *id);

#endif
