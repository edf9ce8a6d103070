/* SPDX-License-Identifier: Apache-2.0 */
/* h_retention.c - GET /v1/reports/retention, for auditors and administrators: for each class of data how long it is
 * kept, what is kept now and since when, and how much was destroyed in the days asked for. Layer: http.  Threads: loop,
 * report worker.  Source: reliability.md P5. */
#include "handlers.h"

#include "bw/app/retention.h"

struct asked {
    bw_date first, last;
};

static void put_class(struct bw_json_out *j, enum bw_keeping k, const struct bw_kept *kept)
{
    const struct bw_keeping_row *row = bw_keeping_row(k);
    bw_jo_begin(j);
    bw_jk_c(j, "class", row->class_);
    bw_jk_c(j, "what", row->what);
    if (row->period)
        bw_jk_i64(j, "hours", row->period / BW_HOUR);
    else
        bw_jk_null(j, "hours");
    bw_jk_c(j, "counted_from", row->from);
    bw_jk_c(j, "ends", row->end);
    bw_jk_i64(j, "kept", kept->kept);
    bw_jk_time(j, "oldest", kept->oldest);
    bw_jk_i64(j, "destroyed", kept->destroyed);
    bw_jo_end(j);
}

static void job(struct bw_request *rq, struct bw_pg *pg)
{
    const struct asked *a = rq->data;
    struct bw_kept kept[BW_KEEP_MAX];
    struct bw_error err = { 0 };
    bw_code rc = bw_keeping_report(pg, a->first, a->last, kept, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 64 * 1024);
    bw_jo_begin(j);
    bw_jk_date(j, "from", a->first);
    bw_jk_date(j, "to", a->last);
    bw_jkey(j, "classes");
    bw_ja_begin(j);
    for (int k = 0; k < BW_KEEP_MAX; k++)
        put_class(j, (enum bw_keeping)k, &kept[k]);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_retention(struct bw_request *rq)
{
    struct asked *a = BW_NEW(&rq->arena, struct asked);
    bw_time from, to;
    if (!a) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!bw_query_instant(rq, "from", &from) || !bw_query_instant(rq, "to", &to))
        return;
    a->first = bw_date_of(from);
    a->last = bw_date_of(to);
    rq->data = a;
    bw_request_job(rq, BW_JOB_QUERY, job);
}
