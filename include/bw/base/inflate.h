/* SPDX-License-Identifier: Apache-2.0 */
/* inflate.h - gzip in, plain bytes out, a piece at a time; bounded in bytes and in what one byte may become.
 * Members may follow one another (RFC 1952 2.2: what `cat a.gz b.gz` and parallel packers make).
 * Owns: the window of zlib, 40 KB.  Layer: base.  Threads: one owner at a time.  Source: ING-13, RFC 1952. */
#ifndef BW_BASE_INFLATE_H
#define BW_BASE_INFLATE_H

#include "bw/base/err.h"
#include "bw/base/str.h"

struct bw_inflate;

/* most: bytes that may come out in all; NULL when memory is out. */
struct bw_inflate *bw_inflate_new(uint64_t most);
void bw_inflate_free(struct bw_inflate *z); /* NULL is allowed */

/* Takes from the front of *in, writes up to max bytes (at least 1) to `to` and says how many.  Returns BW_OK with
 * *ret_n == 0 when *in is used up.  BW_E_TOO_LARGE beyond the limits, BW_E_BAD_REQUEST for what is not gzip: then for
 * ever. */
BW_MUST_USE bw_code bw_inflate_run(struct bw_inflate *z, struct bw_str *in, char *to, size_t max, size_t *ret_n,
                                   struct bw_error *err);
/* At the end of the input: BW_E_BAD_REQUEST unless it ended with the end of a member. */
BW_MUST_USE bw_code bw_inflate_end(const struct bw_inflate *z, struct bw_error *err);

#endif
