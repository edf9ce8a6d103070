/* SPDX-License-Identifier: Apache-2.0 */
/* photo.h - pictures from strangers, told by their content and written anew: JPEG and PNG, nothing else.
 * The container is read strictly and a new one is written from the parts that a decoder needs, so that whatever names a
 * place, a device, a person or a time is not in it, and whatever stands behind the picture's end is cut off.  Of EXIF
 * only the orientation is kept, in a block of our own, because the picture would lie on its side without it.
 *   JPEG keeps SOI, DQT, DHT, DRI, SOF0-2, SOS with its scan, EOI and Adobe's transform byte; APPn and COM go.
 *   PNG keeps IHDR, PLTE, tRNS, gAMA, sRGB, IDAT, IEND with good checksums; all other ancillary chunks go.
 * Refused: other formats (WebP, HEIC, GIF, SVG, PDF), arithmetic, lossless and hierarchical JPEG, broken lengths, and
 * pictures that would unfold to more than 64 million points.  The pixels themselves are not decoded.
 * Pure.  Layer: domain.  Threads: any.  Source: CASE-08; ITU-T T.81 Annex B; PNG (W3C 2003) clauses 5 and 11; EXIF 2.3.
 */
#ifndef BW_DOMAIN_PHOTO_H
#define BW_DOMAIN_PHOTO_H

#include "bw/base/err.h"
#include "bw/base/str.h"

#define BW_PHOTO_BYTES ((size_t)8 << 20)
#define BW_PHOTO_SIDE 20000
#define BW_PHOTO_POINTS (64u * 1000 * 1000)
#define BW_PHOTO_SCANS 64 /* of a progressive JPEG: more of them cost a decoder minutes */
/* The new picture is at most so much longer than what came. */
#define BW_PHOTO_EXTRA 64

enum bw_photo_kind { BW_PHOTO_JPEG, BW_PHOTO_PNG, BW_PHOTO_KINDS };
struct bw_photo {
    enum bw_photo_kind kind;
    unsigned width, height;
    unsigned orientation; /* 1 to 8 as EXIF has it; 1: upright, or not said */
    size_t n;             /* bytes written */
    size_t dropped;       /* bytes of metadata and tail that were left out */
};
const char *bw_photo_media(enum bw_photo_kind kind);  /* "image/jpeg" */
const char *bw_photo_suffix(enum bw_photo_kind kind); /* "jpg" */

/* Reads a picture and writes the clean one to `to`, which has room for in.n + BW_PHOTO_EXTRA bytes.  BW_E_PHOTO: it is
 * none, or none that we take; err says what is wrong with it, never with words from it. */
BW_MUST_USE bw_code bw_photo_clean(struct bw_str in, char *to, struct bw_photo *ret, struct bw_error *err);

#endif
