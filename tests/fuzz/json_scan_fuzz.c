/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan_fuzz.c - differential: what the scan accepts json-c takes whole and reads as the same value, and what we
 * print of it is accepted again and printed the same.  Source: reliability.md 5. */
#include <stdint.h>
#include <stdlib.h>

#include "bw/base/json_scan.h"
#include "json_canon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bw_json_limits limits = { 8, 2000, 512 };
    struct bw_str text = bw_str_n((const char *)data, size);
    struct bw_error err = { .code = BW_OK };
    bw_code rc = bw_json_scan(text, &limits, &err);
    BW_ASSERT(rc == err.code);
    if (rc != BW_OK) {
        BW_ASSERT(bw_utf8_valid(bw_str_c(err.field), 0) && (err.field[0] == '\0' || err.field[0] == '/'));
        return 0;
    }
    BW_CLEANUP(bw_buf_done) struct bw_buf straight, tree, again;
    bw_buf_init(&straight, 1 << 22);
    bw_buf_init(&tree, 1 << 22);
    bw_buf_init(&again, 1 << 22);
    canon_text(text, &straight);
    BW_ASSERT(canon_tree(text, &tree) && bw_buf_ok(&tree));
    BW_ASSERT(bw_str_eq(bw_buf_view(&straight), bw_buf_view(&tree)));
    BW_ASSERT(bw_json_scan(bw_buf_view(&tree), &limits, NULL) == BW_OK);
    BW_ASSERT(canon_tree(bw_buf_view(&tree), &again) && bw_str_eq(bw_buf_view(&tree), bw_buf_view(&again)));
    return 0;
}
