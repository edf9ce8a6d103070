/* SPDX-License-Identifier: Apache-2.0 */
/* photo_int.h - the two container readers and what they share.  Private to domain. */
#ifndef BW_DOMAIN_PHOTO_INT_H
#define BW_DOMAIN_PHOTO_INT_H

#include "bw/domain/photo.h"

/* One picture being copied.  in: what is left of it. */
struct bw_photo_copy {
    struct bw_str in;
    char *to;
    size_t n, room;
    struct bw_photo *photo;
    struct bw_error *err;
};
/* BW_E_PHOTO with a reason. */
bw_code bw_photo_bad(const struct bw_photo_copy *c, const char *why);
void bw_photo_put(struct bw_photo_copy *c, const void *p, size_t n);
/* Sides and points within bounds. */
BW_MUST_USE bw_code bw_photo_sides(struct bw_photo_copy *c, uint32_t width, uint32_t height);
static inline uint32_t bw_photo_u16(const char *p)
{
    return (uint32_t)((unsigned char)p[0] << 8 | (unsigned char)p[1]);
}
static inline uint32_t bw_photo_u32(const char *p)
{
    return bw_photo_u16(p) << 16 | bw_photo_u16(p + 2);
}

BW_MUST_USE bw_code bw_photo_jpeg(struct bw_photo_copy *c);
BW_MUST_USE bw_code bw_photo_png(struct bw_photo_copy *c);

/* The orientation that an EXIF block (behind "Exif\0\0") names; 1 where it names none that can be. */
unsigned bw_exif_orientation(struct bw_str tiff);
/* An EXIF segment of a JPEG, or an eXIf chunk's data (without marker, length and "Exif\0\0"), that says nothing else.
 */
#define BW_EXIF_BYTES 26
void bw_exif_make(unsigned orientation, char to[BW_EXIF_BYTES]);

#endif
