/* SPDX-License-Identifier: Apache-2.0 */
/* photo_fuzz.c - any bytes as a picture: what is taken stays within its room, is clean when it is cleaned once more,
 * and holds none of the blocks that metadata stand in. */
#include <stdlib.h>

#include "bw/domain/photo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No chunk of a clean PNG is one that tells more than the picture. */
static void look_png(struct bw_str all)
{
    static const char *const kept[] = { "IHDR", "PLTE", "tRNS", "gAMA", "sRGB", "eXIf", "IDAT", "IEND" };
    for (struct bw_str rest = bw_str_drop(all, 8); rest.n;) {
        const unsigned char *p = (const unsigned char *)rest.p;
        size_t n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
        bool known = false;
        for (size_t k = 0; k < BW_LEN(kept); k++)
            known = known || bw_str_eq_c(bw_str_n(rest.p + 4, 4), kept[k]);
        BW_ASSERT(known && rest.n >= n + 12);
        rest = bw_str_drop(rest, n + 12);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str in = bw_str_n((const char *)data, size);
    struct bw_photo photo, again;
    struct bw_error err;
    char *to = malloc(size + BW_PHOTO_EXTRA), *twice = malloc(size + 2 * BW_PHOTO_EXTRA);
    BW_ASSERT(to && twice);
    if (bw_photo_clean(in, to, &photo, &err) == BW_OK) {
        struct bw_str out = bw_str_n(to, photo.n);
        BW_ASSERT(photo.n <= size + BW_PHOTO_EXTRA && photo.width > 0 && photo.height > 0);
        BW_ASSERT((uint64_t)photo.width * photo.height <= BW_PHOTO_POINTS);
        BW_ASSERT(bw_photo_clean(out, twice, &again, &err) == BW_OK && again.n == photo.n);
        BW_ASSERT(memcmp(to, twice, photo.n) == 0 && again.orientation == photo.orientation);
        if (photo.kind == BW_PHOTO_PNG)
            look_png(out);
    }
    free(twice);
    free(to);
    return 0;
}
