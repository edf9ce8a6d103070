/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/base/lines.h"

void bw_lines_init(struct bw_lines *l, size_t max)
{
    *l = (struct bw_lines){ .max = max };
    bw_buf_init(&l->carry, max);
}

void bw_lines_done(struct bw_lines *l)
{
    bw_buf_done(&l->carry);
}

/* Keeps the beginning of a line; one that grows too long is let go. */
static enum bw_line keep(struct bw_lines *l, struct bw_str part)
{
    if (l->overlong || part.n > l->max - l->carry.n) {
        l->overlong = true;
        bw_buf_clear(&l->carry);
        return BW_LINE_NONE;
    }
    bw_buf_str(&l->carry, part);
    return bw_buf_ok(&l->carry) ? BW_LINE_NONE : BW_LINE_NO_MEMORY;
}

enum bw_line bw_lines_next(struct bw_lines *l, struct bw_str *piece, struct bw_str *ret_line)
{
    *ret_line = BW_STR_NONE;
    if (l->given)
        bw_buf_clear(&l->carry);
    l->given = false;
    if (piece->n == 0)
        return BW_LINE_NONE;
    const char *end = memchr(piece->p, '\n', piece->n);
    struct bw_str part = bw_str_n(piece->p, end ? (size_t)(end - piece->p) : piece->n);
    *piece = bw_str_drop(*piece, part.n + (end != NULL));
    if (end && !l->overlong && l->carry.n == 0 && part.n <= l->max) {
        *ret_line = part;
        return BW_LINE_WHOLE;
    }
    enum bw_line kept = keep(l, part);
    if (!end || kept == BW_LINE_NO_MEMORY)
        return kept;
    if (l->overlong) {
        l->overlong = false;
        return BW_LINE_OVERLONG;
    }
    l->given = true;
    *ret_line = bw_buf_view(&l->carry);
    return BW_LINE_WHOLE;
}

enum bw_line bw_lines_end(struct bw_lines *l, struct bw_str *ret_line)
{
    *ret_line = BW_STR_NONE;
    if (l->given)
        bw_buf_clear(&l->carry);
    l->given = false;
    if (l->overlong) {
        l->overlong = false;
        return BW_LINE_OVERLONG;
    }
    if (l->carry.n == 0)
        return BW_LINE_NONE;
    l->given = true;
    *ret_line = bw_buf_view(&l->carry);
    return BW_LINE_OPEN;
}
