/* SPDX-License-Identifier: Apache-2.0 */
/* buf.c - growing bytes with a maximum and sticky failure.
 * One byte beyond n is always kept free, so that bw_buf_cstr never has to move anything.
 * Layer: base.  Threads: one owner at a time.  Source: style.md 8.5. */
#include "bw/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAP = 256 };

void bw_buf_init(struct bw_buf *b, size_t max)
{
    BW_ASSERT(max < SIZE_MAX / 4);
    *b = (struct bw_buf){ .max = max };
}

void bw_buf_done(struct bw_buf *b)
{
    free(b->p);
    *b = (struct bw_buf){ .max = b->max };
}

void bw_buf_clear(struct bw_buf *b)
{
    b->n = 0;
    b->failed = false;
}

static bool grow(struct bw_buf *b, size_t n)
{
    if (b->failed || n > b->max - b->n) {
        b->failed = true;
        return false;
    }
    size_t need = b->n + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : FIRST_CAP;
    while (cap < need)
        cap *= 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    char *grown = realloc(b->p, cap);
    if (!grown) {
        b->failed = true;
        return false;
    }
    b->p = grown;
    b->cap = cap;
    return true;
}

/* Makes room for n more bytes and the closing NUL; cap never passes max + 1. */
static inline bool reserve(struct bw_buf *b, size_t n)
{
    return (n < b->cap - b->n && !b->failed) || grow(b, n);
}

void bw_buf_add(struct bw_buf *b, const void *p, size_t n)
{
    if (n == 0 || !reserve(b, n))
        return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

void bw_buf_str(struct bw_buf *b, struct bw_str s)
{
    bw_buf_add(b, s.p, s.n);
}

void bw_buf_c(struct bw_buf *b, const char *c)
{
    bw_buf_add(b, c, strlen(c));
}

void bw_buf_ch(struct bw_buf *b, char c)
{
    if (reserve(b, 1))
        b->p[b->n++] = c;
}

void bw_buf_printf(struct bw_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    b->failed = b->failed || n < 0;
    if (b->failed || !reserve(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

char *bw_buf_room(struct bw_buf *b, size_t n)
{
    return reserve(b, n) ? b->p + b->n : NULL;
}

void bw_buf_grew(struct bw_buf *b, size_t n)
{
    BW_ASSERT(n == 0 || (n < b->cap && b->n < b->cap - n));
    b->n += n;
}

void bw_buf_consume(struct bw_buf *b, size_t n)
{
    BW_ASSERT(n <= b->n);
    if (n == 0)
        return;
    b->n -= n;
    memmove(b->p, b->p + n, b->n);
}

bool bw_buf_ok(const struct bw_buf *b)
{
    return !b->failed;
}

struct bw_str bw_buf_view(const struct bw_buf *b)
{
    return bw_str_n(b->p, b->n);
}

const char *bw_buf_cstr(struct bw_buf *b)
{
    if (!reserve(b, 0))
        return NULL;
    b->p[b->n] = '\0';
    return b->p;
}

char *bw_buf_steal(struct bw_buf *b, size_t *ret_n)
{
    char *taken = bw_buf_cstr(b) ? b->p : NULL;
    if (ret_n)
        *ret_n = taken ? b->n : 0;
    if (!taken)
        free(b->p);
    *b = (struct bw_buf){ .max = b->max };
    return taken;
}
