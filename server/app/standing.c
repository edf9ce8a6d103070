/* SPDX-License-Identifier: Apache-2.0 */
#include "standing.h"

#include "bw/base/log.h"
#include "bw/storage/rows.h"

#define LOOK_EVERY (5 * BW_SECOND)

bw_code bw_standing_end(struct bw_standing *standing, struct bw_pg *pg, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_str seen[BW_STANDING_MOST];
    bw_time now = bw_clock_mono();
    if (now < standing->next)
        return BW_OK;
    standing->next = now + LOOK_EVERY;
    for (size_t k = 0; k < standing->n; k++)
        seen[k] = bw_str_c(standing->seen[k]);
    bw_code code = bw_pg_query(pg, BW_STMT_STANDING_END, BW_PARAMS(bw_p_texts(seen, standing->n)), &rows, err);
    standing->n = 0;
    for (size_t k = 0; code == BW_OK && k < rows.n && standing->n < BW_STANDING_MOST; k++) {
        struct bw_str session = bw_rows_text(&rows, k, "session");
        if (bw_rows_bool(&rows, k, "ended"))
            bw_log(BW_WARN, "session.ended", BW_LS("session", session));
        else if (bw_str_copy(session, standing->seen[standing->n], sizeof standing->seen[0]))
            standing->n++;
    }
    return code;
}
