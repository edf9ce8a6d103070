/* SPDX-License-Identifier: Apache-2.0 */
/* photo_png.c - PNG, chunk by chunk: order, lengths and checksums are checked, what a decoder needs is copied.
 * Layer: domain.  Threads: any.  Source: PNG (W3C Recommendation, second edition) clauses 5.6, 11.2, 11.3. */
#include "photo_int.h"

#include <string.h>

#include "bw/base/codec.h"

#define FRAME 12 /* length, type and checksum of a chunk */

struct png {
    struct bw_photo_copy *c;
    unsigned depth, colour;
    bool palette, coded, closed; /* PLTE was; IDAT began; IDAT ended */
};

static bw_code bad(const struct png *p, const char *why)
{
    return bw_photo_bad(p->c, why);
}

static void put_u32(uint32_t value, char to[4])
{
    for (int k = 0; k < 4; k++)
        to[k] = (char)(value >> (24 - 8 * k));
}

static void put_chunk(struct png *p, const char *type, struct bw_str data)
{
    char head[8], crc[4];
    put_u32((uint32_t)data.n, head);
    memcpy(head + 4, type, 4);
    bw_photo_put(p->c, head, sizeof head);
    bw_photo_put(p->c, data.p, data.n);
    put_u32(bw_crc32(bw_str_n(p->c->to + p->c->n - data.n - 4, data.n + 4)), crc);
    bw_photo_put(p->c, crc, sizeof crc);
}

/* Depths that a colour type allows, as bits. */
static unsigned depths(unsigned colour)
{
    switch (colour) {
    case 0:
        return 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 | 1 << 16;
    case 3:
        return 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8;
    case 2:
    case 4:
    case 6:
        return 1 << 8 | 1 << 16;
    default:
        return 0;
    }
}

static bw_code header(struct png *p, struct bw_str data)
{
    if (data.n != 13)
        return bad(p, "its header is broken");
    p->depth = (unsigned char)data.p[8];
    p->colour = (unsigned char)data.p[9];
    if (p->depth > 16 || !(depths(p->colour) >> p->depth & 1) || data.p[10] != 0 || data.p[11] != 0 ||
        (unsigned char)data.p[12] > 1)
        return bad(p, "its header is broken");
    bw_code rc = bw_photo_sides(p->c, bw_photo_u32(data.p), bw_photo_u32(data.p + 4));
    if (rc == BW_OK)
        put_chunk(p, "IHDR", data);
    return rc;
}

static bw_code palette(struct png *p, struct bw_str data)
{
    size_t most = p->colour == 3 ? (size_t)1 << p->depth : 256;
    if (p->palette || p->coded || p->colour == 0 || p->colour == 4)
        return bad(p, "its palette stands where none can be");
    if (data.n == 0 || data.n % 3 || data.n / 3 > most)
        return bad(p, "its palette is broken");
    p->palette = true;
    put_chunk(p, "PLTE", data);
    return BW_OK;
}

/* Ancillary chunks that decide how it looks; one that is not as it must be is left out like all the others. */
static void ancillary(struct png *p, struct bw_str type, struct bw_str data)
{
    static const size_t transparent[] = { 2, 0, 6 };
    if (p->coded)
        return;
    bool gamma = bw_str_eq_c(type, "gAMA") && data.n == 4;
    bool intent = bw_str_eq_c(type, "sRGB") && data.n == 1 && (unsigned char)data.p[0] <= 3;
    bool clear = bw_str_eq_c(type, "tRNS") && ((p->colour == 3 && p->palette && data.n && data.n <= 256) ||
                                               (p->colour < 3 && data.n && data.n == transparent[p->colour]));
    if (gamma || intent || clear)
        put_chunk(p, type.p, data);
    if (bw_str_eq_c(type, "eXIf") && p->c->photo->orientation == 1) {
        char exif[BW_EXIF_BYTES];
        p->c->photo->orientation = bw_exif_orientation(data);
        if (p->c->photo->orientation == 1)
            return;
        bw_exif_make(p->c->photo->orientation, exif);
        put_chunk(p, "eXIf", bw_str_n(exif, sizeof exif));
    }
}

static bw_code image(struct png *p, struct bw_str data)
{
    if (p->closed || (p->colour == 3 && !p->palette))
        return bad(p, "its picture stands where none can be");
    p->coded = true;
    if (data.n)
        put_chunk(p, "IDAT", data);
    return BW_OK;
}

static bw_code chunk(struct png *p, struct bw_str type, struct bw_str data)
{
    if (bw_str_eq_c(type, "IDAT"))
        return image(p, data);
    p->closed = p->coded;
    if (bw_str_eq_c(type, "PLTE"))
        return palette(p, data);
    if (!(type.p[0] & 0x20))
        return bad(p, "it has a part that we do not take");
    ancillary(p, type, data);
    return BW_OK;
}

static bool take_chunk(struct bw_str *in, struct bw_str *type, struct bw_str *data)
{
    if (in->n < FRAME || bw_photo_u32(in->p) > in->n - FRAME)
        return false;
    size_t n = bw_photo_u32(in->p);
    *type = bw_str_n(in->p + 4, 4);
    *data = bw_str_n(in->p + 8, n);
    uint32_t crc = bw_photo_u32(in->p + 8 + n);
    if (crc != bw_crc32(bw_str_n(in->p + 4, n + 4)))
        return false;
    for (size_t k = 0; k < 4; k++)
        if (!bw_is_alnum(type->p[k]) || bw_is_digit(type->p[k]))
            return false;
    *in = bw_str_drop(*in, n + FRAME);
    return true;
}

bw_code bw_photo_png(struct bw_photo_copy *c)
{
    struct png p = { .c = c };
    struct bw_str type, data;
    c->photo->kind = BW_PHOTO_PNG;
    bw_photo_put(c, c->in.p, 8);
    c->in = bw_str_drop(c->in, 8);
    if (!take_chunk(&c->in, &type, &data) || !bw_str_eq_c(type, "IHDR"))
        return bad(&p, "its header is broken");
    bw_code rc = header(&p, data);
    while (rc == BW_OK) {
        if (!take_chunk(&c->in, &type, &data))
            return bad(&p, "a part is broken or missing");
        if (bw_str_eq_c(type, "IEND"))
            break;
        rc = chunk(&p, type, data);
    }
    if (rc != BW_OK)
        return rc;
    if (!p.coded || data.n)
        return bad(&p, "there is no picture in it");
    put_chunk(&p, "IEND", BW_STR(""));
    return BW_OK;
}
