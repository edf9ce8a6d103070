/* SPDX-License-Identifier: Apache-2.0 */
/* schemas.c - the named schemas of request bodies (from the field tables that decode them) and of answers (from
 * schemas/<Name>.json); examples are schemas/<Name>.example.json.  Layer: http.  Source: OPS-07. */
#include "handlers.h"

const struct bw_schema bw_schemas[] = {
    { "Problem", NULL, "A refusal (RFC 9457)" },
    { "Me", NULL, "Whom the caller's key or session speaks for" },
    { "KeyNew", bw_key_fields, "A sender key to be made" },
    { "Key", NULL, "A sender key, without its letters" },
    { "KeyMade", NULL, "A sender key with its letters: shown this once" },
    { "KeyList", NULL, "Sender keys, newest first" },
};
const size_t bw_schemas_n = BW_LEN(bw_schemas);
