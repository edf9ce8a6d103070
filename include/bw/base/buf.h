/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h - owned, growing bytes with a maximum fixed at birth.
 * Failure is sticky: after a write that did not fit, or a failed allocation, every further write does nothing and
 * bw_buf_ok() is false, so callers check once at the end.  Layer: base.  Threads: one owner at a time. */
#ifndef BW_BASE_BUF_H
#define BW_BASE_BUF_H

#include "bw/base/err.h"
#include "bw/base/str.h"

struct bw_buf {
    char *p;
    size_t n, cap, max;
    bool failed;
};

/* No allocation yet.  max in bytes. */
void bw_buf_init(struct bw_buf *b, size_t max);
void bw_buf_done(struct bw_buf *b);  /* frees; safe on a zeroed or done buffer */
void bw_buf_clear(struct bw_buf *b); /* empty again, failure forgotten, memory kept */

void bw_buf_add(struct bw_buf *b, const void *p, size_t n);
void bw_buf_str(struct bw_buf *b, struct bw_str s);
void bw_buf_c(struct bw_buf *b, const char *c);
void bw_buf_ch(struct bw_buf *b, char c);
void bw_buf_printf(struct bw_buf *b, const char *fmt, ...) BW_PRINTF(2, 3);
/* Room for n more bytes at the end, or NULL; the caller writes there and then says how many with bw_buf_grew. */
char *bw_buf_room(struct bw_buf *b, size_t n);
void bw_buf_grew(struct bw_buf *b, size_t n);
/* Removes the first n bytes. */
void bw_buf_consume(struct bw_buf *b, size_t n);

bool bw_buf_ok(const struct bw_buf *b);
struct bw_str bw_buf_view(const struct bw_buf *b); /* borrowed until the next write */
/* The bytes with a closing NUL that n does not count; NULL when failed.  Borrowed. */
const char *bw_buf_cstr(struct bw_buf *b);
/* Ownership moves to the caller (free()); the buffer is empty afterwards. */
char *bw_buf_steal(struct bw_buf *b, size_t *ret_n);

#endif
