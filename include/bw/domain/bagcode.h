/* SPDX-License-Identifier: Apache-2.0 */
/* bagcode.h - how a bag looks, as the industry writes it: colour (2 letters), type (2 digits), three descriptors, such
 * as BU22MBC (IATA baggage identification chart, Res 743).  The values stand in bagcodes.def.
 * Pure.  Layer: domain.  Threads: any; read-only tables.  Source: CASE-01, domain.md 4.3. */
#ifndef BW_DOMAIN_BAGCODE_H
#define BW_DOMAIN_BAGCODE_H

#include "bw/base/str.h"

#define BW_BAGCODE 8 /* with its closing NUL */
struct bw_bagcode {
    char text[BW_BAGCODE]; /* normalised: upper case, missing descriptors are X */
    const char *colour;    /* "blue" */
    const char *type;      /* "upright, soft" */
    const char *words[3];  /* "metal", "pull strap", …; NULL for X */
};

/* Reads colour and type, with no, one, two or three descriptors; lower case is accepted, TD (tweed) is the old name of
 * BN.  False with a sentence in *ret_why (static text). */
BW_MUST_USE bool bw_bagcode_parse(struct bw_str s, struct bw_bagcode *ret, const char **ret_why);
/* "blue upright, soft: metal, pull strap, combination lock" for people and for look-up; writes at most size bytes with
 * a closing NUL and returns their number without it. */
size_t bw_bagcode_words(const struct bw_bagcode *code, char *to, size_t size);

/* Rows of the chart, for forms and documentation. */
struct bw_bagcode_row {
    const char *code, *name;
};
size_t bw_bagcode_colours(const struct bw_bagcode_row **ret);
size_t bw_bagcode_types(const struct bw_bagcode_row **ret);
size_t bw_bagcode_descriptors(const struct bw_bagcode_row **ret);

#endif
