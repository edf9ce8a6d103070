/* SPDX-License-Identifier: Apache-2.0 */
/* h_cases.c - POST /v1/cases: a delayed-bag file and its customer link.  Decode on the loop, draw the reference on a
 * query worker, commit through the writer (CASE-01, CASE-06, PAGE-06, ING-08).
 * Layer: http.  Threads: loop, query worker, writer's completion. */
#include "handlers.h"

#include "bw/app/bagview.h"
#include "bw/app/cases.h"
#include "bw/storage/answer.h"

static void reply_opened(struct bw_request *rq)
{
    const struct bw_case_request *file = rq->data;
    if (bw_reply_unstored(rq, &file->work))
        return;
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 128 * 1024);
    bw_case_answer(file, bw_request_origin(rq), j);
    char *location = bw_arena_printf(&rq->arena, "/v1/cases/%s", file->new_case.ref);
    bw_reply_header(rq, "Location", bw_str_c(location));
    bw_json_end(rq, 201, &r);
}

static void answer_case(struct bw_request *rq)
{
    reply_opened(rq);
    bw_once_done(rq);
}

static void submit_case(struct bw_request *rq)
{
    struct bw_case_request *file = rq->data;
    bw_request_commit(rq, &file->work, answer_case);
}

static void draw_number(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    if (bw_once_replayed(rq, pg))
        return;
    bw_code rc = bw_case_number(pg, rq->data, bw_clock_wall(), &err);
    if (rc == BW_OK) {
        bw_request_then(rq, submit_case);
        return;
    }
    bw_reply_problem(rq, rc, &err);
    bw_once_keep(rq, pg);
}

void bw_h_cases_post(struct bw_request *rq)
{
    struct bw_case_request *file;
    struct bw_faults *f = bw_request_faults(rq);
    if (!f)
        return;
    bw_code rc = bw_case_request(rq->app, &rq->who, rq->body, bw_clock_wall(), &rq->arena, &file, f);
    if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    rq->data = file;
    bw_request_job(rq, BW_JOB_QUERY, draw_number);
}
