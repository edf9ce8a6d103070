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
enum bw_owed_which {
    BW_OWED_EVERY,
    BW_OWED_OVERDUE, /* past due at `now` only */
    BW_OWED_GROUPED, /* without what the storms put off that hold at `now` (disruptions.h) */
};
/* Those that one of the principal's carriers owes or is owed, by due time; debtor narrows (BW_STR_NONE: all).  At most
 * `most` (500). */
BW_MUST_USE bw_code bw_owed_list(struct bw_pg *pg, const struct bw_principal *who, struct bw_str debtor,
                                 enum bw_owed_which which, bw_time now, size_t most, struct bw_arena *arena,
                                 struct bw_owed_line **ret, size_t *ret_n, struct bw_error *err);

#endif
