/* SPDX-License-Identifier: Apache-2.0 */
/* changes.c - who changed a mandate or a policy, as it is listed. */
#include "changes.h"

void bw_changes_json(struct bw_rows *rows, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jkey(j, "changes");
    bw_ja_begin(j);
    for (size_t k = 0; k < rows->n; k++) {
        bw_jo_begin(j);
        bw_jk_time(j, "at", bw_rows_time(rows, k, "at"));
        bw_jk_str(j, "by", bw_rows_text(rows, k, "name"));
        bw_jk_str(j, "organisation", bw_rows_text(rows, k, "organisation"));
        bw_jkey(j, "before");
        if (bw_rows_null(rows, k, "before"))
            bw_jnull(j);
        else
            bw_jraw(j, bw_rows_text(rows, k, "before"));
        bw_jkey(j, "after");
        bw_jraw(j, bw_rows_text(rows, k, "after"));
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
}
