/* SPDX-License-Identifier: Apache-2.0 */
/* problem.h - problem documents (RFC 9457) from the error table; errors[] carries one entry a fault with its JSON
 * Pointer.  Layer: app.  Threads: values.  Source: design.md 8 ("Problems"), ING-05. */
#ifndef BW_APP_PROBLEM_H
#define BW_APP_PROBLEM_H

#include "bw/base/json_in.h"
#include "bw/base/json_out.h"

/* The bare document.  Text that is empty, or not UTF-8, is left out; faults may be NULL. */
void bw_problem_json(struct bw_json_out *j, bw_code code, struct bw_str detail, struct bw_str instance,
                     struct bw_str request_id, const struct bw_faults *faults);
/* The same members inside an object that is open: a line of a bulk answer has its number before them. */
void bw_problem_members(struct bw_json_out *j, bw_code code, struct bw_str detail, struct bw_str instance,
                        struct bw_str request_id, const struct bw_faults *faults);

#endif
