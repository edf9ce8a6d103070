/* SPDX-License-Identifier: Apache-2.0 */
/* json_merge.h - a JSON merge patch (RFC 7396): members that are sent replace, null takes away, objects are merged, arrays
 * are replaced whole.  Layer: base.  Threads: any.  Source: RFC 7396, ING-05. */
#ifndef BW_BASE_JSON_MERGE_H
#define BW_BASE_JSON_MERGE_H

#include "bw/base/json_in.h"

/* The patch, a text from a stranger, goes through the strict scan first: its faults are added to f, and so is a patch
 * that is not an object.  target is our own object.  *ret: the merged object in f's arena, for bw_json_decode.  Returns
 * bw_faults_code(f). */
BW_MUST_USE bw_code bw_json_merge(struct bw_str target, struct bw_str patch, struct bw_faults *f, struct bw_str *ret);

#endif
