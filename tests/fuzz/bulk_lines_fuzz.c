/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_lines_fuzz.c - the way of a bulk body before its JSON: first byte odd = gzip, second = how it is cut into
 * pieces. However it is cut, the same lines come, none longer than the maximum, and the same end.  Source: ING-06,
 * ING-13. */
#include <stdint.h>
#include <stdlib.h>

#include "bw/base/inflate.h"
#include "bw/base/lines.h"

#define LONGEST 64
#define MOST 100000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void cut_lines(struct bw_lines *l, struct bw_str piece, struct bw_buf *to)
{
    struct bw_str line;
    while (piece.n > 0) {
        enum bw_line kind = bw_lines_next(l, &piece, &line);
        BW_ASSERT(line.n <= LONGEST && (!line.n || !memchr(line.p, '\n', line.n)));
        bw_buf_ch(to, (char)kind);
        if (kind == BW_LINE_NONE)
            to->n--; /* where the pieces end is no matter */
        bw_buf_str(to, line);
    }
}

/* Lines and the end, as bytes. */
static void read_body(struct bw_str body, bool gzip, size_t step, struct bw_buf *to)
{
    struct bw_lines l;
    struct bw_error err = { 0 };
    struct bw_str line;
    struct bw_inflate *z = bw_inflate_new(MOST);
    bw_code rc = BW_OK;
    BW_ASSERT(z);
    bw_lines_init(&l, LONGEST);
    while (body.n > 0 && rc == BW_OK) {
        struct bw_str piece = bw_str_take(body, step);
        body = bw_str_drop(body, piece.n);
        size_t n = 1;
        while (gzip && n > 0 && rc == BW_OK) {
            char some[256];
            rc = bw_inflate_run(z, &piece, some, step < sizeof some ? step : sizeof some, &n, &err);
            if (rc == BW_OK)
                cut_lines(&l, bw_str_n(some, n), to);
        }
        if (!gzip)
            cut_lines(&l, piece, to);
    }
    if (gzip && rc == BW_OK)
        rc = bw_inflate_end(z, &err);
    if (rc == BW_OK) { /* else how far it came depends on the pieces */
        bw_buf_ch(to, (char)bw_lines_end(&l, &line));
        bw_buf_str(to, line);
    } else {
        BW_ASSERT(rc == BW_E_BAD_REQUEST || rc == BW_E_TOO_LARGE);
        bw_buf_clear(to);
        bw_buf_c(to, "refused");
    }
    bw_inflate_free(z);
    bw_lines_done(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct bw_str body = bw_str_n((const char *)data + 2, size - 2);
    BW_CLEANUP(bw_buf_done) struct bw_buf whole, cut;
    bw_buf_init(&whole, 1 << 20);
    bw_buf_init(&cut, 1 << 20);
    read_body(body, data[0] & 1, size, &whole);
    read_body(body, data[0] & 1, 1 + data[1] % 70u, &cut);
    BW_ASSERT(bw_buf_ok(&whole) && bw_str_eq(bw_buf_view(&whole), bw_buf_view(&cut)));
    return 0;
}
