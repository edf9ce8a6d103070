/* SPDX-License-Identifier: Apache-2.0 */
/* stale.c - the arithmetic of the stale-update report: one promise row into one group's counts, silences and their
 * union. Whole microseconds only.  A promise closed at the very instant it was due is kept.  One that fell due while
 * our own service was away is nobody's silence. Pure.  Layer: domain.  Threads: any.  Source: AUD-01, AUD-02, CLK-13,
 * story.md "The report". */
#include "bw/domain/stale.h"

#include <stdlib.h>

/* Nothing recorded after as_of is known: a promise closed later is still open in this report. */
static bool closed_by(const struct bw_promise *p, const struct bw_stale_period *period)
{
    return p->why != BW_CLOSE_OPEN && p->closed_at != BW_TIME_NONE && p->closed_at <= period->as_of;
}

static void count_kept(struct bw_stale_row *row, enum bw_close why)
{
    row->fell_due++;
    if (why == BW_CLOSE_SEARCHED)
        row->kept_search++;
    else if (why == BW_CLOSE_CONFIRMED)
        row->kept_confirmation++;
    else if (why == BW_CLOSE_REPLANNED)
        row->kept_replan++;
    else
        row->kept_fact++;
}

static void count_late(struct bw_stale_row *row, int64_t late_us)
{
    row->fell_due++;
    row->late++;
    row->late_us += late_us;
    if (late_us > row->max_late_us)
        row->max_late_us = late_us;
}

static void count_open(struct bw_stale_row *row, const struct bw_promise *p, const struct bw_stale_period *period)
{
    if (p->due_at > period->as_of) {
        row->pending++;
        return;
    }
    row->fell_due++;
    row->never++;
}

/* Nobody's miss: put off in time, or for our own absence. */
static bool put_off(const struct bw_promise *p)
{
    return p->why == BW_CLOSE_OUTAGE || (p->why == BW_CLOSE_MOVED && p->closed_at <= p->due_at);
}

void bw_stale_add(struct bw_stale_row *row, const struct bw_promise *p, const struct bw_stale_period *period)
{
    bw_time from, to;
    if (p->opened_at > period->as_of || bw_promise_untold(p))
        return;
    if (bw_stale_silence(p, period, &from, &to))
        row->silent_us += to - from;
    row->waited_us += bw_stale_waited(p, period);
    if (p->due_at < period->from || p->due_at >= period->to)
        return;
    if (!closed_by(p, period))
        count_open(row, p, period);
    else if (put_off(p))
        row->moved++;
    else if (p->closed_at > p->due_at)
        count_late(row, p->closed_at - p->due_at);
    else if (p->why == BW_CLOSE_SUPERSEDED || p->why == BW_CLOSE_WAITING)
        row->superseded++;
    else
        count_kept(row, p->why);
}

bool bw_stale_breach(const struct bw_promise *p, const struct bw_stale_period *period)
{
    if (p->opened_at > period->as_of || p->due_at < period->from || p->due_at >= period->to)
        return false;
    if (!closed_by(p, period))
        return p->due_at <= period->as_of;
    return !put_off(p) && p->closed_at > p->due_at;
}

bool bw_stale_silence(const struct bw_promise *p, const struct bw_stale_period *period, bw_time *ret_from,
                      bw_time *ret_to)
{
    /* Claim steps are counted apart (AUD-02): the customer knows where the bag is. */
    if (bw_owed_row(p->owed)->kind == BW_OWED_CLAIM || p->opened_at > period->as_of || bw_promise_untold(p))
        return false;
    if (p->why == BW_CLOSE_OUTAGE && closed_by(p, period))
        return false;
    bw_time from = p->due_at > period->from ? p->due_at : period->from;
    bw_time to = period->to < period->as_of ? period->to : period->as_of;
    if (closed_by(p, period) && p->closed_at < to)
        to = p->closed_at;
    if (from >= to)
        return false;
    *ret_from = from;
    *ret_to = to;
    return true;
}

bool bw_stale_coverage(const struct bw_promise *p, const struct bw_stale_period *period, int64_t *ret_us)
{
    bw_time from = p->opened_at > period->from ? p->opened_at : period->from;
    bw_time to = period->to < period->as_of ? period->to : period->as_of;
    if (closed_by(p, period) && p->closed_at < to)
        to = p->closed_at;
    *ret_us = to > from ? to - from : 0;
    return p->for_carrier[0] && to > from;
}

int64_t bw_stale_waited(const struct bw_promise *p, const struct bw_stale_period *period)
{
    bw_time from = p->opened_at > period->from ? p->opened_at : period->from;
    bw_time to = period->to < period->as_of ? period->to : period->as_of;
    if (closed_by(p, period) && p->closed_at < to)
        to = p->closed_at;
    return p->owed == BW_OWE_REMIND && to > from ? to - from : 0;
}

static int span_cmp(const void *a, const void *b)
{
    const struct bw_span *x = (const struct bw_span *)a;
    const struct bw_span *y = (const struct bw_span *)b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

int64_t bw_span_union(struct bw_span *spans, size_t n)
{
    int64_t sum = 0;
    bw_time reached = INT64_MIN;
    if (n > 1)
        qsort(spans, n, sizeof *spans, span_cmp);
    for (size_t i = 0; i < n; i++) {
        bw_time from = spans[i].from > reached ? spans[i].from : reached;
        if (spans[i].to <= from)
            continue;
        sum += spans[i].to - from;
        reached = spans[i].to;
    }
    return sum;
}

int64_t bw_minutes(int64_t us)
{
    int64_t whole = us / BW_MINUTE;
    int64_t rest = us % BW_MINUTE;
    if (rest < 0) {
        rest += BW_MINUTE;
        whole--;
    }
    return whole + (rest >= BW_MINUTE / 2 ? 1 : 0);
}
