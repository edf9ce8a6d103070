/* SPDX-License-Identifier: Apache-2.0 */
/* stale.h - folding promise rows into the stale-update report, in integer arithmetic.
 * Pure.  Layer: domain.  Threads: any.  Source: AUD-01, AUD-02, story.md "The report". */
#ifndef BW_DOMAIN_STALE_H
#define BW_DOMAIN_STALE_H

#include "bw/domain/promise.h"

struct bw_stale_period {
    bw_time from, to; /* [from, to) */
    bw_time as_of;    /* nothing recorded later is known */
};
/* One group (a carrier, a station, or all). */
struct bw_stale_row {
    int64_t fell_due; /* due within the period, not closed as moot before */
    int64_t kept_fact, kept_search, kept_confirmation, kept_replan; /* closed at or before due */
    int64_t late;       /* closed after due; also superseded, or put off by a disruption, while already late */
    int64_t never;      /* still open and past due as of the end */
    int64_t pending;    /* due within the period but later than as_of, still open */
    int64_t superseded; /* closed before due as moot, or as its clock rests; counted where its due time lies in the period */
    int64_t moved;      /* put off before due, or because we were away when it fell due: neither in time nor late */
    int64_t late_us, max_late_us; /* sum and longest lateness of `late` */
    int64_t in_silent_feed; /* breaches whose due time lay in an incident of the debtor's feed there: marked only */
    int64_t in_disruption;  /* breaches whose due time lay in a disruption of that station: marked only */
    int64_t waited_us;      /* bag-hours that desk duties rested for the customer (CLK-18): told apart, taken off nothing */
    int64_t silent_us;      /* sum over promises of time past due, cut to the period and to as_of */
    int64_t silent_yardstick_us; /* the same past what would have been due by default; filled by the report */
};
/* Adds one promise to a group. */
void bw_stale_add(struct bw_stale_row *row, const struct bw_promise *p, const struct bw_stale_period *period);
/* It fell due within the period and was not kept by then: it is one of `late` or `never`. */
bool bw_stale_breach(const struct bw_promise *p, const struct bw_stale_period *period);
/* How long, cut to the period and to as_of, another had to be asked in place of a carrier that cannot be told, or
 * nobody could be: coverage, no breach (CLK-16).  False for a promise of the debtor's own. */
bool bw_stale_coverage(const struct bw_promise *p, const struct bw_stale_period *period, int64_t *ret_us);
/* How long, cut to the period and to as_of, the customer was waited for: daily reminders join without a gap. */
int64_t bw_stale_waited(const struct bw_promise *p, const struct bw_stale_period *period);
/* The silent interval of one promise cut to the period; false when it has none. */
bool bw_stale_silence(const struct bw_promise *p, const struct bw_stale_period *period, bw_time *ret_from,
                      bw_time *ret_to);
struct bw_span {
    bw_time from, to;
};
/* Length of the union: joint silence counts once.  Sorts the array. */
int64_t bw_span_union(struct bw_span *spans, size_t n);
/* Whole minutes, rounded half up; the report's unit. */
int64_t bw_minutes(int64_t us);

#endif
