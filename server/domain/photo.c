/* SPDX-License-Identifier: Apache-2.0 */
/* photo.c - which picture it is, what both containers share, and the one thing that is kept of EXIF.
 * Layer: domain.  Threads: any.  Source: photo.h; TIFF 6.0 section 2 for EXIF's frame. */
#include "bw/domain/photo.h"

#include <string.h>

#include "photo_int.h"

const char *bw_photo_media(enum bw_photo_kind kind)
{
    return kind == BW_PHOTO_JPEG ? "image/jpeg" : "image/png";
}

const char *bw_photo_suffix(enum bw_photo_kind kind)
{
    return kind == BW_PHOTO_JPEG ? "jpg" : "png";
}

bw_code bw_photo_bad(const struct bw_photo_copy *c, const char *why)
{
    return bw_fail(c->err, BW_E_PHOTO, NULL, "%s", why);
}

void bw_photo_put(struct bw_photo_copy *c, const void *p, size_t n)
{
    BW_ASSERT(n <= c->room - c->n);
    memcpy(c->to + c->n, p, n);
    c->n += n;
}

bw_code bw_photo_sides(struct bw_photo_copy *c, uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0)
        return bw_photo_bad(c, "the picture has no size");
    if (width > BW_PHOTO_SIDE || height > BW_PHOTO_SIDE || (uint64_t)width * height > BW_PHOTO_POINTS)
        return bw_photo_bad(c, "the picture has too many points");
    c->photo->width = width;
    c->photo->height = height;
    return BW_OK;
}

bw_code bw_photo_clean(struct bw_str in, char *to, struct bw_photo *ret, struct bw_error *err)
{
    struct bw_photo photo = { .orientation = 1 };
    struct bw_photo_copy c = { .in = in, .to = to, .room = in.n + BW_PHOTO_EXTRA, .photo = &photo, .err = err };
    if (in.n > BW_PHOTO_BYTES)
        return bw_photo_bad(&c, "the file is larger than 8 MiB");
    bw_code rc;
    if (bw_str_starts(in, bw_str_n("\xFF\xD8\xFF", 3)))
        rc = bw_photo_jpeg(&c);
    else if (bw_str_starts(in, bw_str_n("\x89PNG\r\n\x1A\n", 8)))
        rc = bw_photo_png(&c);
    else
        rc = bw_photo_bad(&c, "this is neither a JPEG nor a PNG picture");
    if (rc != BW_OK)
        return rc;
    photo.n = c.n;
    photo.dropped = in.n > c.n ? in.n - c.n : 0;
    *ret = photo;
    return BW_OK;
}

/* --- EXIF --- */

struct tiff {
    struct bw_str all;
    bool little;
};

static uint32_t number(const struct tiff *t, size_t at, size_t n)
{
    uint32_t value = 0;
    for (size_t k = 0; k < n; k++)
        value = value << 8 | (unsigned char)t->all.p[at + (t->little ? n - 1 - k : k)];
    return value;
}

/* IFD0 alone is looked at, for the one tag; whatever is odd about the rest does not matter, since none of it is kept.
 */
unsigned bw_exif_orientation(struct bw_str tiff)
{
    struct tiff t = { .all = tiff, .little = tiff.n > 0 && tiff.p[0] == 'I' };
    if (tiff.n < 8 || tiff.p[0] != tiff.p[1] || (tiff.p[0] != 'I' && tiff.p[0] != 'M') || number(&t, 2, 2) != 42)
        return 1;
    size_t at = number(&t, 4, 4);
    if (at > tiff.n || tiff.n - at < 2)
        return 1;
    size_t entries = number(&t, at, 2);
    at += 2;
    for (; entries > 0 && tiff.n - at >= 12; entries--, at += 12) {
        if (number(&t, at, 2) != 0x0112)
            continue;
        uint32_t value = number(&t, at + 8, 2);
        bool one_short = number(&t, at + 2, 2) == 3 && number(&t, at + 4, 4) == 1;
        return one_short && value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
}

void bw_exif_make(unsigned orientation, char to[BW_EXIF_BYTES])
{
    static const char fixed[BW_EXIF_BYTES] = { 'M', 'M',  0, 42, 0, 0, 0, 8, /* IFD0 follows */
                                               0,   1,                       /* one entry */
                                               1,   0x12, 0, 3,  0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0 }; /* no IFD1 */
    memcpy(to, fixed, sizeof fixed);
    to[19] = (char)orientation;
}
