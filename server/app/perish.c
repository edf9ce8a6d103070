/* SPDX-License-Identifier: Apache-2.0 */
#include "perish.h"

#include "bw/app/retention.h"
#include "bw/base/clock.h"
#include "bw/base/metrics.h"

#define PARTS_WAIT BW_DAY /* then they are dead letters */
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
    return rc == BW_OK ? bw_keeping_count(pg, BW_KEEP_TEXTS, now, gone, err) : rc;
}

bw_code bw_perish(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    (void)ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_time now = bw_clock_wall();
    bw_code rc =
        bw_pg_query(pg, BW_STMT_PART_EXPIRED, BW_PARAMS(bw_p_time(now - PARTS_WAIT), bw_p_time(now)), &rows, err);
    if (rc == BW_OK)
        bw_metric_add(BW_M_DEAD_LETTERS, 0, rows.n);
    return rc == BW_OK ? destroy_texts(pg, now, err) : rc;
}
