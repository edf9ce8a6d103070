/* SPDX-License-Identifier: Apache-2.0 */
/* json_in_int.h - the parts of the decoder that its two files share.
 * Layer: base, private.  Threads: any; one decoding per call. */
#ifndef BW_BASE_JSON_IN_INT_H
#define BW_BASE_JSON_IN_INT_H

#include <json-c/json_object.h>

#include "bw/base/json_in.h"

/* Where a value stands: a chain on the C stack, written out only when there is a fault to name. */
struct bw_in_path {
    const struct bw_in_path *up; /* NULL: child of the top */
    struct bw_str key;           /* p == NULL: an element, see index */
    size_t index;
};

struct bw_in {
    struct bw_faults *faults;
    size_t scanned; /* the first faults are the scan's: a place it named is not named again */
};

/* Whether the text may hold escaped surrogate pairs. */
bool bw_in_has_pairs(struct bw_str text);
/* Copies a text whose grammar holds to `to` (room for as many bytes), its escaped surrogate pairs as UTF-8. */
struct bw_str bw_in_write_pairs(struct bw_str text, char *to);

/* Adds a fault at a place, unless the scan has told one there. */
void bw_in_fault(struct bw_in *in, const struct bw_in_path *at, bw_code code, const char *fmt, ...) BW_PRINTF(4, 5);

/* Fills absent values: dates, instants and words of this table and of the structs inside. */
void bw_in_defaults(const struct bw_field *fields, void *to);

/* Decodes the members of an object by its table; unknown members are faults. */
void bw_in_members(struct bw_in *in, const struct bw_in_path *at, struct json_object *object,
                   const struct bw_field *fields, void *to);

/* Decodes one value that was sent and is not an allowed null. */
void bw_in_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                 void *to);

#endif
