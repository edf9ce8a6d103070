/* SPDX-License-Identifier: Apache-2.0 */
/* lines.h - text that comes in pieces, cut into lines; a line longer than the maximum is told, not kept.
 * Only LF ends a line.  Owns: the beginning of a line whose end has not come, at most `max` bytes.
 * Layer: base.  Threads: one owner at a time.  Source: design.md 8 ("NDJSON line"), ING-06. */
#ifndef BW_BASE_LINES_H
#define BW_BASE_LINES_H

#include "bw/base/buf.h"

enum bw_line {
    BW_LINE_NONE,     /* the piece is used up */
    BW_LINE_WHOLE,    /* a line, without its LF */
    BW_LINE_OVERLONG, /* a line that was longer than the maximum; it is not given */
    BW_LINE_OPEN,     /* at the end: what stands there without an LF */
    BW_LINE_NO_MEMORY,
};

struct bw_lines {
    struct bw_buf carry;
    size_t max; /* bytes of a line, without its LF */
    bool overlong;
    bool given; /* carry holds the line that was given last */
};

void bw_lines_init(struct bw_lines *l, size_t max);
void bw_lines_done(struct bw_lines *l);

/* The next line of *piece, which moves on behind it.  *ret_line is borrowed from the piece or from `l`, until the next
 * call. */
enum bw_line bw_lines_next(struct bw_lines *l, struct bw_str *piece, struct bw_str *ret_line);
/* After the last piece: BW_LINE_NONE, BW_LINE_OPEN or BW_LINE_OVERLONG. */
enum bw_line bw_lines_end(struct bw_lines *l, struct bw_str *ret_line);

#endif
