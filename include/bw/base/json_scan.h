/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan.h - one strict pass over JSON from strangers before json-c sees it.
 * RFC 8259 grammar, RFC 3629 UTF-8, no NUL (raw or \u0000), no lone surrogate, no duplicate key in one object (keys are
 * compared after unescaping), depth, node and string limits, integers within int64, other numbers within 1e-307 and
 * 1e308 or nought.  Pure, bounded by its input, no recursion.  Layer: base.  Threads: any.  Source: reliability.md 5,
 * ING-05. */
#ifndef BW_BASE_JSON_SCAN_H
#define BW_BASE_JSON_SCAN_H

#include "bw/base/err.h"
#include "bw/base/str.h"

struct bw_json_limits {
    unsigned depth;  /* containers inside each other; 8 */
    unsigned nodes;  /* values of any kind; 20,000 */
    unsigned string; /* bytes of one string or key after unescaping; 8 KiB */
};
#define BW_JSON_LIMITS ((struct bw_json_limits){ 8, 20000, 8192 })

/* BW_OK, or BW_E_BAD_JSON, _NOT_UTF8, _DUPLICATE_KEY, _TOO_DEEP; err->field is the JSON Pointer of the place as far as
 * known, err->detail names the byte offset. Exactly one JSON text with white space around it. */
BW_MUST_USE bw_code bw_json_scan(struct bw_str text, const struct bw_json_limits *limits, struct bw_error *err);

#endif
