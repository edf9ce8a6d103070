/* SPDX-License-Identifier: Apache-2.0 */
/* retention.h - how long what is kept: one table (retention.def), the duty that keeps to it, and the report on it.
 * The duty runs hourly on every instance: rows go by bw_retire, files by an erasure like any other.  What it cannot do now
 * it does the next time, since what is due is found by its age.
 * Layer: app.  Threads: the session's owner.  Source: CASE-06, OPS-11, reliability.md P5. */
#ifndef BW_APP_RETENTION_H
#define BW_APP_RETENTION_H

#include "bw/app/app.h"
#include "bw/base/arena.h"
#include "bw/base/clock.h"
#include "bw/storage/pg.h"

enum bw_keeping {
#define R(id, ...) BW_KEEP_##id,
#include "bw/app/retention.def"
#undef R
    BW_KEEP_MAX
};
struct bw_keeping_row {
    const char *class_;
    bw_time period; /* 0: the setting */
    const char *what, *from, *end;
};
const struct bw_keeping_row *bw_keeping_row(enum bw_keeping k);

/* Counts what was destroyed elsewhere, on a session of set duties. */
BW_MUST_USE bw_code bw_keeping_count(struct bw_pg *pg, enum bw_keeping k, bw_time now, int64_t n, struct bw_error *err);
/* Deletes the rows of every class whose time is over. */
BW_MUST_USE bw_code bw_keeping_rows(struct bw_pg *pg, bw_time now, struct bw_error *err);
/* Erases files that were closed longer ago than `cases`. */
BW_MUST_USE bw_code bw_keeping_files(const struct bw_app *app, struct bw_pg *pg, bw_time now, bw_time cases,
                                     struct bw_error *err);

struct bw_kept {
    int64_t kept, destroyed; /* now; in the days asked for */
    bw_time oldest;          /* of what the period is counted from; BW_TIME_NONE where there is none */
};
/* One for each class. */
BW_MUST_USE bw_code bw_keeping_report(struct bw_pg *pg, bw_date first, bw_date last, struct bw_kept to[BW_KEEP_MAX],
                                      struct bw_error *err);

#endif
