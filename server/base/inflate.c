/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/base/inflate.h"

#include <stdlib.h>

#include <zlib.h>

#define GZIP_ONLY (16 + MAX_WBITS)
/* Scans of real senders shrink 10 to 40 times, one line repeated about 500 times, zeros 1,030 times. */
#define RATIO_MOST 800
#define RATIO_FROM (4u << 20) /* a small body may shrink as it likes */

struct bw_inflate {
    z_stream z;
    uint64_t most, taken, given;
    bool inside; /* of a member */
    bool any;    /* a member has begun */
    bw_code broken;
};

struct bw_inflate *bw_inflate_new(uint64_t most)
{
    struct bw_inflate *z = calloc(1, sizeof *z);
    if (z && inflateInit2(&z->z, GZIP_ONLY) == Z_OK) {
        z->most = most;
        return z;
    }
    free(z);
    return NULL;
}

void bw_inflate_free(struct bw_inflate *z)
{
    if (z)
        (void)inflateEnd(&z->z);
    free(z);
}

static bw_code broken(struct bw_inflate *z, bw_code code, struct bw_error *err, const char *what)
{
    z->broken = code;
    return bw_fail(err, code, "Content-Encoding", "%s, after %llu bytes of it", what, (unsigned long long)z->taken);
}

/* One call of zlib: as far as the input or the room goes, or to the end of a member. */
static int step(struct bw_inflate *z, struct bw_str *in, char *to, size_t max, size_t *ret_n)
{
    uInt most_in = in->n > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uInt)in->n;
    uInt most_out = max > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uInt)max;
    z->z.next_in = (z_const Bytef *)(uintptr_t)in->p; /* only read */
    z->z.avail_in = most_in;
    z->z.next_out = (Bytef *)to;
    z->z.avail_out = most_out;
    int rc = inflate(&z->z, Z_NO_FLUSH);
    size_t taken = most_in - z->z.avail_in;
    *in = bw_str_drop(*in, taken);
    *ret_n = most_out - z->z.avail_out;
    z->taken += taken;
    z->given += *ret_n;
    return rc;
}

bw_code bw_inflate_run(struct bw_inflate *z, struct bw_str *in, char *to, size_t max, size_t *ret_n,
                       struct bw_error *err)
{
    *ret_n = 0;
    if (z->broken != BW_OK)
        return broken(z, z->broken, err, "it was refused before");
    while (*ret_n == 0) {
        /* Without input zlib may still hold output of what it took before. */
        if (!z->inside && in->n == 0)
            return BW_OK;
        if (!z->inside && z->any && inflateReset2(&z->z, GZIP_ONLY) != Z_OK)
            return broken(z, BW_E_NOMEM, err, "no memory");
        z->inside = z->any = true;
        int rc = step(z, in, to, max, ret_n);
        if (rc == Z_STREAM_END)
            z->inside = false;
        else if (rc == Z_MEM_ERROR)
            return broken(z, BW_E_NOMEM, err, "no memory");
        else if (rc != Z_OK && rc != Z_BUF_ERROR)
            return broken(z, BW_E_BAD_REQUEST, err, z->z.msg ? z->z.msg : "not gzip");
        else if (*ret_n == 0 && in->n == 0)
            return BW_OK;
    }
    if (z->given > z->most)
        return broken(z, BW_E_TOO_LARGE, err, "too large once inflated");
    if (z->given > RATIO_FROM && z->given / RATIO_MOST > z->taken)
        return broken(z, BW_E_TOO_LARGE, err, "it inflates more than any list of scans does");
    return BW_OK;
}

bw_code bw_inflate_end(const struct bw_inflate *z, struct bw_error *err)
{
    if (z->broken == BW_OK && z->any && !z->inside)
        return BW_OK;
    if (z->broken == BW_OK && !z->any)
        return bw_fail(err, BW_E_BAD_REQUEST, "Content-Encoding", "the body is empty, which is not gzip");
    return bw_fail(err, BW_E_BAD_REQUEST, "Content-Encoding", "the gzip ends before its end, after %llu bytes of it",
                   (unsigned long long)z->taken);
}
