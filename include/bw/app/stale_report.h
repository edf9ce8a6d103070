/* SPDX-License-Identifier: Apache-2.0 */
/* stale_report.h - the stale-update report over a period: who let what go stale, from the promise rows.
 * Layer: app.  Threads: the report worker with its session.  Source: AUD-01, AUD-02 (counts), story.md "The report". */
#ifndef BW_APP_STALE_REPORT_H
#define BW_APP_STALE_REPORT_H

#include "bw/app/principal.h"
#include "bw/base/json_out.h"
#include "bw/domain/hours.h"
#include "bw/domain/policy.h"
#include "bw/domain/stale.h"
#include "bw/storage/pg.h"

enum bw_stale_by { BW_BY_CARRIER, BW_BY_STATION };
/* One promise behind the figures. */
struct bw_stale_one {
    struct bw_promise p;
    struct bw_uuid about; /* the bag */
    char plate[11];
    bool in_silent_feed; /* it was missed while the debtor's feed at its station was silent (CLK-12) */
    bool in_disruption;  /* it fell due, kept or not, in a disruption of its station (CLK-14) */
};
struct bw_stale_line {
    char key[16]; /* carrier, station, or "all" */
    struct bw_stale_row row;
};
/* What was owed in the place of a carrier that cannot be told (CLK-16); via "": nobody could be asked. */
struct bw_stale_coverage {
    char carrier[4], via[4];
    int64_t promises, us;
};
/* A policy of the period that gives more than the default (CLK-02). */
struct bw_stale_relaxed {
    struct bw_policy p;
    bw_time until; /* BW_TIME_NONE: no end was told by as_of */
};
/* Open hours of a desk in the period: outside of them its duties' time stands still (CLK-17). */
struct bw_stale_desk {
    struct bw_hours h;
    bw_time until;
};
struct bw_stale_report {
    struct bw_stale_period period;
    enum bw_stale_by by;
    struct bw_stale_line *lines; /* sorted by key */
    size_t n;
    struct bw_stale_line all;  /* joint silence counted once */
    int64_t watched_us;        /* bag-hours watched, by recorded time, cut to the period */
    struct bw_stale_one *rows; /* the promises behind it, by due time */
    size_t n_rows;
    struct bw_stale_coverage *coverage; /* by carrier, then via */
    size_t n_coverage;
    struct bw_stale_relaxed *relaxed; /* as told by as_of, by row, carrier, station, lane, class */
    size_t n_relaxed;
    struct bw_stale_desk *desks; /* as told by as_of, by carrier and station */
    size_t n_desks;
    struct bw_stale_report *without; /* the same without what fell due in a disruption; NULL: nothing did */
};
/* Carriers other than the principal's own are left out unless it sees every carrier. */
BW_MUST_USE bw_code bw_stale_make(struct bw_pg *pg, const struct bw_stale_period *period, enum bw_stale_by by,
                                  const struct bw_principal *who, struct bw_arena *arena, struct bw_stale_report **ret,
                                  struct bw_error *err);
void bw_stale_json(const struct bw_stale_report *r, struct bw_json_out *j);
/* RFC 4180, formula-safe (a leading = + - @ TAB CR is preceded by an apostrophe). */
void bw_stale_csv(const struct bw_stale_report *r, struct bw_buf *to);

#endif
