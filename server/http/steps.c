/* SPDX-License-Identifier: Apache-2.0 */
/* steps.c - how a request moves: authentication, the handler, jobs on workers, parking and resuming.
 * The law of suspended connections (reliability.md 2.2): suspend only on the loop, inside the callback, before the
 * request is handed to anybody; resume only what our own flag says is suspended, once.
 * Layer: http.  Threads: as each function says in http.h. */
#include "http_int.h"

static void hand_over(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    BW_ASSERT(core->on_loop && !core->parked);
    core->parked = true;
    core->on_loop = false;
    atomic_store(&core->suspended, true);
    MHD_suspend_connection(core->connection);
}

void bw_request_park(struct bw_request *rq, bw_handler *then)
{
    rq->core->next = then;
    hand_over(rq);
}

void bw_request_resume(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    bool was = atomic_exchange(&core->suspended, false);
    BW_ASSERT(was);
    bw_waker_put(rq->http->waker, core);
}

void bw_request_then(struct bw_request *rq, bw_handler *next)
{
    rq->core->next = next;
}

void bw_request_job(struct bw_request *rq, enum bw_job_kind kind, bw_job *fn)
{
    struct bw_request_core *core = rq->core;
    core->job = fn;
    core->job_kind = kind;
    core->queued_at = bw_clock_mono();
    core->next = NULL;
    hand_over(rq);
    if (!bw_jobs_put(rq->http->jobs, rq)) {
        /* Nobody has it: it is still ours, answer through the same way as everybody. */
        if (rq->reply.kind == BW_RK_NONE)
            bw_reply_problem(rq, BW_E_BUSY, NULL);
        bw_request_resume(rq);
    }
}

/* To the form, and from there back to the page that was asked for; a form that was sent is not sent again. */
static void to_login(struct bw_request *rq)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    bw_buf_init(&b, 4096);
    bw_buf_c(&b, "/login?next=");
    bw_percent_encode(&b, rq->target);
    bool back = rq->method == BW_GET && bw_buf_ok(&b);
    bw_reply_redirect(rq, back ? bw_buf_view(&b) : BW_STR("/login"));
}

static void refuse(struct bw_request *rq, bw_code code, const struct bw_error *err)
{
    unsigned flags = rq->route->flags;
    if (code == BW_E_UNAUTHENTICATED && (flags & BW_R_PAGE) && (rq->route->who & BW_STAFF))
        to_login(rq);
    else if (code == BW_E_UNAUTHENTICATED && (flags & BW_R_TOKEN))
        bw_reply_problem(rq, BW_E_NOT_FOUND, NULL);
    else if (code == BW_E_RATE_LIMITED)
        bw_reply_later(rq, code, err, rq->core->quota.wait);
    else
        bw_reply_problem(rq, code, err);
}

static void step_handler(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    bw_code code = bw_access_check(rq, &err);
    if (code != BW_OK) {
        refuse(rq, code, &err);
        return;
    }
    if (rq->who.test_realm && rq->http->config.test.app)
        rq->app = rq->http->config.test.app;
    rq->route->handler(rq);
}

static void job_authenticate(struct bw_request *rq, struct bw_pg *pg)
{
    const struct bw_auth *auth = &rq->http->config.auth;
    struct bw_error err = { 0 };
    bw_code code = auth->slow(auth->ctx, rq, pg, &rq->who, &err);
    if (code == BW_OK)
        bw_request_then(rq, step_handler);
    else
        refuse(rq, code, &err);
}

void bw_step_authenticate(struct bw_request *rq)
{
    const struct bw_auth *auth = &rq->http->config.auth;
    struct bw_error err = { 0 };
    bool look_up = false;
    bw_code code = auth->quick ? auth->quick(auth->ctx, rq, &rq->who, &look_up, &err) : BW_OK;
    if (code != BW_OK)
        refuse(rq, code, &err);
    else if (look_up)
        bw_request_job(rq, BW_JOB_QUERY, job_authenticate);
    else
        step_handler(rq);
}
