/* SPDX-License-Identifier: Apache-2.0 */
/* schemas.c - the named schemas of request bodies (from the field tables that decode them) and of answers (from
 * schemas/<Name>.json); examples are schemas/<Name>.example.json.  Layer: http.  Source: OPS-07. */
#include "http.h"

const struct bw_schema bw_schemas[] = {
    { "Problem", NULL, "A refusal (RFC 9457)" },
};
const size_t bw_schemas_n = BW_LEN(bw_schemas);
