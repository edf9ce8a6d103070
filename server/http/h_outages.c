/* SPDX-License-Identifier: Apache-2.0 */
/* h_outages.c - GET /v1/outages?from=&to=: when we could not take updates, so that no figure and no reader need guess
 * whose silence it was.  Layer: http.  Threads: loop, then a query worker.  Source: CLK-13. */
#include "handlers.h"

#include "bw/app/pulse.h"

#define LOOKS_BACK (30 * BW_DAY)

struct asked {
    bw_time from, to;
};

static void members(struct bw_json_out *j, const void *row)
{
    const struct bw_outage *o = row;
    bw_jk_uuid(j, "id", &o->id);
    bw_jk_time(j, "began_at", o->began);
    bw_jk_time(j, "ended_at", o->ended);
    bw_jk_time(j, "moves_until", o->ended + BW_OUTAGE_REACH);
    bw_jk_time(j, "moves_to", o->ended + BW_OUTAGE_MOVES);
    bw_jk_time(j, "moved_at", o->moved);
}

/* Those before: one that began earlier ended earlier, for there is one at a time. */
static void link_older(struct bw_request *rq, bw_time from, bw_time to)
{
    char first[BW_TIME_TEXT], last[BW_TIME_TEXT];
    const char *link = bw_arena_printf(&rq->arena, "</v1/outages?from=%s&to=%s>; rel=\"next\"",
                                       bw_time_text(from, first), bw_time_text(to, last));
    if (link)
        bw_reply_header(rq, "Link", bw_str_c(link));
}

static void job(struct bw_request *rq, struct bw_pg *pg)
{
    const struct asked *a = rq->data;
    struct bw_error err = { 0 };
    struct bw_outage *v = BW_NEW_ARRAY(&rq->arena, struct bw_outage, BW_OUTAGES_MOST);
    size_t n = 0;
    bw_code rc = v ? bw_outages(pg, a->from, a->to, v, &n, &err) : BW_E_BUSY;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    if (n == BW_OUTAGES_MOST)
        link_older(rq, a->from, v[n - 1].began);
    bw_reply_rows(rq, "outages", v, n, sizeof *v, members);
}

void bw_h_outages(struct bw_request *rq)
{
    struct asked *a = BW_NEW(&rq->arena, struct asked);
    if (!a) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    a->to = bw_clock_wall();
    a->from = a->to - LOOKS_BACK;
    if ((bw_request_query(rq, "from").p && !bw_query_instant(rq, "from", &a->from)) ||
        (bw_request_query(rq, "to").p && !bw_query_instant(rq, "to", &a->to)))
        return;
    rq->data = a;
    bw_request_job(rq, BW_JOB_QUERY, job);
}
