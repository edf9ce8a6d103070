/* SPDX-License-Identifier: Apache-2.0 */
/* h_case_steps.c - POST /v1/cases/{ref}:offer-owner, :accept-owner, :refuse-owner, :fault, :close, :note, :promise,
 * :wait, and the same as forms of the agent's page.  Events about a file have a door of their own, as its opening has:
 * POST /v1/events is for bags, and a reference may name several. Layer: http.  Threads: loop, query worker, writer's
 * completion.  Source: CASE-03, CASE-04, CASE-11. */
#include "handlers.h"

#include "bw/app/case_steps.h"

static void answered(struct bw_request *rq)
{
    const struct bw_work *work = rq->data;
    bool well = work->rc == BW_OK && work->items[0].rc == BW_OK;
    const char *page = bw_arena_printf(&rq->arena, "/desk/cases/%.*s", BW_FMT(bw_request_param(rq, "ref")));
    if (well && page && rq->route->flags & BW_R_PAGE)
        bw_reply_redirect(rq, bw_str_c(page));
    else
        bw_answer_item(rq);
}

/* --- steps --- */

static void submit(struct bw_request *rq)
{
    struct bw_case_step_request *step = rq->data;
    rq->data = &step->work;
    bw_request_commit(rq, &step->work, answered);
}

static void find_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_case_step_find(rq->app, pg, &rq->who, rq->data, bw_clock_wall(), &rq->arena, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit);
}

static void post_step(struct bw_request *rq, enum bw_case_verb verb)
{
    static const char *const form[] = { "event_id", "for_carrier", "^to_carrier", "#bag",  "^station", "reason",
                                        "what",     "by",          "step",        "needs", "note" };
    struct bw_case_step_request *step;
    struct bw_faults *f = bw_request_faults(rq);
    if (!f)
        return;
    bw_code rc = bw_case_step_request(&rq->who, verb, bw_request_param(rq, "ref"),
                                      bw_request_said(rq, form, BW_LEN(form)), bw_clock_wall(), &rq->arena, &step, f);
    if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    rq->data = step;
    bw_request_job(rq, BW_JOB_QUERY, find_job);
}

void bw_h_case_offer(struct bw_request *rq)
{
    post_step(rq, BW_CASE_OFFER);
}

void bw_h_case_accept(struct bw_request *rq)
{
    post_step(rq, BW_CASE_ACCEPT);
}

void bw_h_case_decline(struct bw_request *rq)
{
    post_step(rq, BW_CASE_DECLINE);
}

void bw_h_case_fault(struct bw_request *rq)
{
    post_step(rq, BW_CASE_FAULT);
}

void bw_h_case_close(struct bw_request *rq)
{
    post_step(rq, BW_CASE_CLOSE);
}

void bw_h_case_note(struct bw_request *rq)
{
    post_step(rq, BW_CASE_NOTE);
}

void bw_h_case_promise(struct bw_request *rq)
{
    post_step(rq, BW_CASE_PROMISE);
}

void bw_h_case_wait(struct bw_request *rq)
{
    post_step(rq, BW_CASE_WAIT);
}
