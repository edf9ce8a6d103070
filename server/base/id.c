/* SPDX-License-Identifier: Apache-2.0 */
/* id.c - UUIDs of versions 7 and 8, and their canonical text.
 * Layer: base.  Threads: any.  Source: RFC 9562 sections 4, 5.7 and 5.8. */
#include "bw/base/id.h"

#include "bw/base/codec.h"
#include "bw/base/crypto.h"

static void stamp(struct bw_uuid *id, unsigned version)
{
    id->b[6] = (uint8_t)((version << 4) | (id->b[6] & 0x0F));
    id->b[8] = (uint8_t)(0x80 | (id->b[8] & 0x3F));
}

struct bw_uuid bw_uuid_v7(bw_time at)
{
    struct bw_uuid id;
    uint64_t ms = at < 0 ? 0 : (uint64_t)(at / BW_MS);
    for (int byte = 0; byte < 6; byte++)
        id.b[byte] = (uint8_t)(ms >> (40 - 8 * byte));
    bw_random(id.b + 6, sizeof(id.b) - 6);
    stamp(&id, 7);
    return id;
}

struct bw_uuid bw_uuid_v8(const uint8_t bytes[16])
{
    struct bw_uuid id;
    memcpy(id.b, bytes, sizeof(id.b));
    stamp(&id, 8);
    return id;
}

bool bw_uuid_parse(struct bw_str s, struct bw_uuid *ret)
{
    static const unsigned char groups[] = { 4, 2, 2, 2, 6 }; /* bytes between the hyphens */
    struct bw_uuid id;
    uint8_t *to = id.b;
    if (s.n != BW_UUID_TEXT - 1)
        return false;
    for (size_t group = 0; group < BW_LEN(groups); group++) {
        if (group && s.p[0] != '-')
            return false;
        s = bw_str_drop(s, group ? 1 : 0);
        if (!bw_unhex(bw_str_take(s, (size_t)2 * groups[group]), to, groups[group]))
            return false;
        s = bw_str_drop(s, (size_t)2 * groups[group]);
        to += groups[group];
    }
    *ret = id;
    return true;
}

const char *bw_uuid_text(const struct bw_uuid *id, char to[BW_UUID_TEXT])
{
    char hex[33];
    bw_hex(id->b, sizeof(id->b), hex);
    size_t at = 0;
    for (size_t digit = 0; digit < 32; digit++) {
        if (digit == 8 || digit == 12 || digit == 16 || digit == 20)
            to[at++] = '-';
        to[at++] = hex[digit];
    }
    to[at] = '\0';
    return to;
}

bool bw_uuid_eq(const struct bw_uuid *a, const struct bw_uuid *b)
{
    return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

int bw_uuid_cmp(const struct bw_uuid *a, const struct bw_uuid *b)
{
    int order = memcmp(a->b, b->b, sizeof(a->b));
    return order < 0 ? -1 : order > 0;
}

bool bw_uuid_is_nil(const struct bw_uuid *id)
{
    static const struct bw_uuid nil;
    return bw_uuid_eq(id, &nil);
}
