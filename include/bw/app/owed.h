/* SPDX-License-Identifier: Apache-2.0 */
/* owed.h - open promises across bags: what a carrier owes or is owed, and what is overdue.
 * Layer: app.  Threads: a query worker with its session.  Source: CLK-01, design.md 8 (GET /v1/promises). */
#ifndef BW_APP_OWED_H
#define BW_APP_OWED_H

#include "bw/app/principal.h"
#include "bw/domain/promise.h"
#include "bw/storage/pg.h"

struct bw_owed_line {
    struct bw_promise p;
    char plate[11];
    char ref[11];
};
/* What is looked for; zeroes and BW_STR_NONE: everything. */
struct bw_owed_ask {
    struct bw_str debtor, station, kind; /* kind: "place", "case", "claim", "ask" */
    bool overdue;                        /* past due at `now` only */
    bool grouped;                        /* without what the storms put off that hold at `now` (disruptions.h) */
    int level;                           /* raised to this level at least; -1: any */
    bw_time after_due;                   /* behind this one, in order of due time; BW_TIME_NONE: from the first */
    struct bw_uuid after_id;
    size_t most; /* 500 */
};
/* Those that one of the principal's carriers owes or is owed, by due time. */
BW_MUST_USE bw_code bw_owed_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_owed_ask *ask,
                                 bw_time now, struct bw_arena *arena, struct bw_owed_line **ret, size_t *ret_n,
                                 struct bw_error *err);

#endif
