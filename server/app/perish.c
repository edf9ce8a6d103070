/* SPDX-License-Identifier: Apache-2.0 */
#include "perish.h"

#include "bw/base/clock.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"

#define PARTS_WAIT BW_DAY         /* then they are dead letters */
#define TEXTS_LIVE (72 * BW_HOUR) /* as bw_raw_perish has it */
#define LISTS_LIVE (8 * BW_DAY)   /* a BTM comes days before its flight at most */
enum { AT_ONCE = 500, ROUNDS = 20 };

static bw_code destroy_texts(struct bw_pg *pg, bw_time now, struct bw_error *err)
{
    int64_t gone = 0;
    int32_t destroyed = AT_ONCE, kept = 0;
    bw_code rc = BW_OK;
    for (int k = 0; rc == BW_OK && k < ROUNDS && destroyed + kept >= AT_ONCE; k++) {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        rc = bw_pg_query(pg, BW_STMT_RAW_PERISH, BW_PARAMS(bw_p_time(now), bw_p_i32(AT_ONCE)), &rows, err);
        destroyed = rc == BW_OK ? bw_rows_i32(&rows, 0, "destroyed") : 0;
        kept = rc == BW_OK ? bw_rows_i32(&rows, 0, "kept") : 0;
        gone += destroyed;
    }
    if (gone > 0)
        bw_log(BW_INFO, "texts.destroyed", BW_LI("n", gone));
    return rc;
}

bw_code bw_perish(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    (void)ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_time now = bw_clock_wall();
    bw_code rc =
        bw_pg_query(pg, BW_STMT_PART_EXPIRED,
                    BW_PARAMS(bw_p_time(now - PARTS_WAIT), bw_p_time(now - TEXTS_LIVE), bw_p_time(now)), &rows, err);
    if (rc == BW_OK)
        bw_metric_add(BW_M_DEAD_LETTERS, 0, rows.n);
    if (rc == BW_OK)
        rc = bw_pg_query(pg, BW_STMT_TRANSFER_PURGE, BW_PARAMS(bw_p_time(now - LISTS_LIVE)), NULL, err);
    return rc == BW_OK ? destroy_texts(pg, now, err) : rc;
}
