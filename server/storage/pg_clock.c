/* SPDX-License-Identifier: Apache-2.0 */
/* pg_clock.c - how far the database's clock is from ours (design.md 5): asked at every connect and every ten seconds by
 * whichever session comes first, the reading with the shortest way taken.  Not under a test clock. */
#include "pg_int.h"

#include <stdatomic.h>

#include "bw/base/metrics.h"

#define EVERY_US (10 * BW_SECOND)
#define GOOD_US (20 * BW_MS) /* a way this short needs no second reading */
enum { READINGS = 3 };

static _Atomic int64_t measured_at; /* monotonic; 0 = never */

static bw_code read_once(struct bw_pg *pg, int64_t *ret_offset, bw_time *ret_way, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_time began = bw_clock_mono(), before = bw_clock_system();
    bw_code code = bw_pg_run(pg, &pg->core, BW_STMT_CLOCK_READ, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    *ret_way = bw_clock_mono() - began;
    *ret_offset = bw_rows_time(&rows, 0, "at") - (before + *ret_way / 2);
    return BW_OK;
}

bw_code bw_pg_clock(struct bw_pg *pg, enum bw_clock_when when, struct bw_error *err)
{
    if (bw_clock_faked())
        return BW_OK;
    int64_t now = bw_clock_mono(), last = atomic_load(&measured_at);
    if (when == BW_CLOCK_DUE && last && now - last < EVERY_US)
        return BW_OK;
    if (!atomic_compare_exchange_strong(&measured_at, &last, now) && when == BW_CLOCK_DUE)
        return BW_OK; /* another session does it */
    int64_t best_offset = 0;
    bw_time best_way = INT64_MAX;
    for (int i = 0; i < READINGS && best_way > GOOD_US; i++) {
        int64_t offset;
        bw_time way;
        bw_code code = read_once(pg, &offset, &way, err);
        if (code != BW_OK) {
            atomic_store(&measured_at, 0);
            return code;
        }
        if (way < best_way) {
            best_way = way;
            best_offset = offset;
        }
    }
    bw_clock_set_offset(best_offset);
    bw_metric_set(BW_M_CLOCK_OFFSET, 0, best_offset);
    return BW_OK;
}
