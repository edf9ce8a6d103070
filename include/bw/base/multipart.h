/* SPDX-License-Identifier: Apache-2.0 */
/* multipart.h - multipart/form-data, as browsers send forms with files (RFC 7578, RFC 2046 5.1): strict, whole in memory,
 * slices into the body.  A part has a name, and a file name where it is a file; what the sender says of its type is not
 * read: content decides.  Layer: base.  Threads: any. */
#ifndef BW_BASE_MULTIPART_H
#define BW_BASE_MULTIPART_H

#include "bw/base/str.h"

struct bw_form_part {
    struct bw_str name; /* as sent, without its quotes */
    struct bw_str body;
    bool file; /* it came with a file name */
};
/* At most max parts.  False: the type names no boundary, or the body is not what it must be. */
BW_MUST_USE bool bw_multipart_parse(struct bw_str content_type, struct bw_str body, struct bw_form_part *to, size_t max,
                                    size_t *ret_n);

#endif
