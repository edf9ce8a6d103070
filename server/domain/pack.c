/* SPDX-License-Identifier: Apache-2.0 */
/* pack.c - packing by table, and reading back without trust.
 * Layer: domain.  Threads: any. */
#include "pack_int.h"

#include "bw/domain/code.h"

/* A member's unsigned value, whatever its width; the sign is kept as the pattern of bits. */
static uint64_t load(const void *p, size_t size)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (size) {
    case sizeof(one):
        memcpy(&one, p, sizeof(one));
        return one;
    case sizeof(two):
        memcpy(&two, p, sizeof(two));
        return two;
    case sizeof(four):
        memcpy(&four, p, sizeof(four));
        return four;
    default:
        BW_ASSERT(size == sizeof(eight));
        memcpy(&eight, p, sizeof(eight));
        return eight;
    }
}

static void store(void *p, size_t size, uint64_t value)
{
    uint8_t one = (uint8_t)value;
    uint16_t two = (uint16_t)value;
    uint32_t four = (uint32_t)value;
    switch (size) {
    case sizeof(one):
        memcpy(p, &one, sizeof(one));
        break;
    case sizeof(two):
        memcpy(p, &two, sizeof(two));
        break;
    case sizeof(four):
        memcpy(p, &four, sizeof(four));
        break;
    default:
        BW_ASSERT(size == sizeof(value));
        memcpy(p, &value, sizeof(value));
    }
}

static void put_number(struct bw_buf *to, uint64_t value, size_t size)
{
    for (size_t byte = size; byte-- > 0;)
        bw_buf_ch(to, (char)(value >> (8 * byte) & 0xFF));
}

static void put_text(struct bw_buf *to, struct bw_str text)
{
    BW_ASSERT(text.n <= UINT8_MAX);
    bw_buf_ch(to, (char)text.n);
    bw_buf_str(to, text);
}

static struct bw_str code_name(uint64_t code)
{
    return code == BW_EV_NONE ? BW_STR_NONE : bw_str_c(bw_code_row((enum bw_event_code)code)->name);
}

void bw_pack(uint8_t form, const struct bw_pack_member *members, size_t n, const void *from, struct bw_buf *to)
{
    bw_buf_ch(to, (char)form);
    for (size_t at = 0; at < n; at++) {
        const struct bw_pack_member *m = &members[at];
        const char *p = (const char *)from + m->offset;
        if (m->kind == BW_PACK_TEXT)
            put_text(to, bw_str_c(p));
        else if (m->kind == BW_PACK_CODE)
            put_text(to, code_name(load(p, m->size)));
        else if (m->kind == BW_PACK_BYTES)
            bw_buf_add(to, p, m->size);
        else
            put_number(to, load(p, m->size), m->size);
    }
}

static bool take(struct bw_str *bytes, size_t n, struct bw_str *ret)
{
    if (bytes->n < n)
        return false;
    *ret = bw_str_take(*bytes, n);
    *bytes = bw_str_drop(*bytes, n);
    return true;
}

static bool take_text(struct bw_str *bytes, char *to, size_t size)
{
    struct bw_str text;
    if (!take(bytes, 1, &text) || !take(bytes, (unsigned char)text.p[0], &text))
        return false;
    return bw_utf8_valid(text, 0) && bw_str_copy(text, to, size);
}

static bool take_code(struct bw_str *bytes, enum bw_event_code *to)
{
    char name[40];
    if (!take_text(bytes, name, sizeof(name)))
        return false;
    *to = BW_EV_NONE;
    return !name[0] || bw_code_from(bw_str_c(name), to);
}

static bool take_number(struct bw_str *bytes, const struct bw_pack_member *m, void *to)
{
    struct bw_str digits;
    uint64_t value = 0;
    if (!take(bytes, m->size, &digits))
        return false;
    for (size_t at = 0; at < digits.n; at++)
        value = value << 8 | (unsigned char)digits.p[at];
    if ((m->kind == BW_PACK_BOOL && value > 1) || (m->below && value >= m->below))
        return false;
    store(to, m->size, value);
    return true;
}

bool bw_unpack(uint8_t form, const struct bw_pack_member *members, size_t n, struct bw_str bytes, void *ret)
{
    struct bw_str head;
    if (!take(&bytes, 1, &head) || (unsigned char)head.p[0] != form)
        return false;
    for (size_t at = 0; at < n; at++) {
        const struct bw_pack_member *m = &members[at];
        void *to = (char *)ret + m->offset;
        struct bw_str raw;
        bool ok;
        if (m->kind == BW_PACK_TEXT)
            ok = take_text(&bytes, to, m->size);
        else if (m->kind == BW_PACK_CODE)
            ok = take_code(&bytes, to);
        else if (m->kind == BW_PACK_BYTES)
            ok = take(&bytes, m->size, &raw) && memcpy(to, raw.p, m->size);
        else
            ok = take_number(&bytes, m, to);
        if (!ok)
            return false;
    }
    return bytes.n == 0;
}
