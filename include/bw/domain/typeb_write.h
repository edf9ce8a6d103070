/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_write.h - telegrams of our own: BRQ (what do you know of these bags?) and free text, in an envelope that our
 * reader reads back.  Pure: no I/O, no clock.  What comes out is upper case, lines of at most 69 characters, LF, at
 * most BW_TYPEB_LETTER bytes.  Layer: domain.  Threads: any.  Source: domain.md 2.2, 2.3, 2.5; TYB-10. */
#ifndef BW_DOMAIN_TYPEB_WRITE_H
#define BW_DOMAIN_TYPEB_WRITE_H

#include "bw/base/buf.h"
#include "bw/domain/typeb.h"

#define BW_TYPEB_LETTER 3500 /* bytes of one telegram of ours */
#define BW_TYPEB_TO 32       /* addresses of one */

/* The envelope. */
struct bw_typeb_head {
    struct bw_str priority;  /* "QU", "QK", "QD" or "QN" */
    const struct bw_str *to; /* addresses of seven letters and digits, 1 to BW_TYPEB_TO */
    size_t n_to;
    struct bw_str origin; /* ours, of the same form */
    bw_time at;           /* written as day, hour and minute, UTC */
};

/* What a BRQ asks for. */
struct bw_typeb_request {
    struct bw_str station;   /* where it is asked */
    struct bw_str reference; /* ours, up to ten letters and digits; may be empty */
    struct bw_str flight;    /* with flight_date; may be empty */
    bw_date flight_date;
    struct bw_str destination;   /* of the flight; may be empty */
    const struct bw_str *plates; /* of ten digits, at least one */
    size_t n_plates;
};

/* Both append to `to` and fail with BW_E_INVALID_BODY (err->field names the part) or BW_E_TOO_LARGE; then `to` is as it
 * was. */
BW_MUST_USE bw_code bw_typeb_write_request(const struct bw_typeb_head *head, const struct bw_typeb_request *request,
                                           struct bw_buf *to, struct bw_error *err);
/* Lines of `text` are kept and wrapped between words.  Small letters become capitals, what Type B cannot carry a
 * question mark; a line that a reader would take for something else begins with "- ". */
BW_MUST_USE bw_code bw_typeb_write_text(const struct bw_typeb_head *head, struct bw_str text, struct bw_buf *to,
                                        struct bw_error *err);

/* A telegram of free text: its envelope and what stands behind it. */
struct bw_typeb_letter {
    const struct bw_typeb_envelope *envelope; /* NULL: there is none */
    struct bw_str text;                       /* a slice of the input */
};
/* False when the arena is full. */
BW_MUST_USE bool bw_typeb_letter_read(struct bw_str text, struct bw_arena *arena, struct bw_typeb_letter *ret);

#endif
