/* SPDX-License-Identifier: Apache-2.0 */
/* multipart_fuzz.c - the first line as Content-Type, the rest as the body: parts lie within the body, one after the
 * other. */
#include "bw/base/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str rest = bw_str_n((const char *)data, size), type = bw_str_split(&rest, '\n');
    struct bw_form_part parts[4];
    size_t n;
    if (!rest.p || !bw_multipart_parse(type, rest, parts, 4, &n))
        return 0;
    const char *at = rest.p;
    for (size_t k = 0; k < n; k++) {
        BW_ASSERT(parts[k].name.p >= at && parts[k].name.p + parts[k].name.n <= rest.p + rest.n);
        BW_ASSERT(parts[k].body.n == 0 ||
                  (parts[k].body.p >= at && parts[k].body.p + parts[k].body.n <= rest.p + rest.n));
        at = parts[k].name.p + parts[k].name.n;
    }
    return 0;
}
