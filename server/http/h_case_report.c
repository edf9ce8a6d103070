/* SPDX-License-Identifier: Apache-2.0 */
/* h_case_report.c - POST /v1/cases/{ref}:accept and :refuse: the owner's answer to a report (CASE-02).  Layer: http.
 * Threads: loop, query worker, writer's completion. */
#include "handlers.h"

#include "bw/app/case_report.h"

static void submit_answer(struct bw_request *rq)
{
    bw_request_commit(rq, rq->data, bw_answer_item);
}

static void decide(struct bw_request *rq, struct bw_pg *pg, enum bw_report_answer answer)
{
    struct bw_error err = { 0 };
    struct bw_report_decision *d = NULL;
    struct bw_faults *f = bw_request_faults(rq);
    if (!f)
        return;
    bw_code rc = bw_report_decide(pg, rq->app, &rq->who, bw_request_param(rq, "ref"), answer, rq->body, bw_clock_wall(),
                                  &d, f, &err);
    if (f->n) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = &d->work;
    bw_request_then(rq, submit_answer);
}

static void accept_job(struct bw_request *rq, struct bw_pg *pg)
{
    decide(rq, pg, BW_REPORT_ACCEPT);
}

static void refuse_job(struct bw_request *rq, struct bw_pg *pg)
{
    decide(rq, pg, BW_REPORT_REFUSE);
}

void bw_h_report_accept(struct bw_request *rq)
{
    char nothing;
    if (rq->body.n > 0 && !bw_request_json(rq, bw_nothing_fields, &nothing))
        return;
    bw_request_job(rq, BW_JOB_QUERY, accept_job);
}

void bw_h_report_refuse(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, refuse_job);
}
