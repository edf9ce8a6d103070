/* SPDX-License-Identifier: Apache-2.0 */
/* h_case_steps.c - POST /v1/cases/{ref}:offer-owner, :accept-owner, :refuse-owner, :fault, :close, :note, :promise, and
 * the same as forms of the agent's page.  Events about a file have a door of their own, as its opening has: POST
 * /v1/events is for bags, and a reference may name several. Layer: http.  Threads: loop, query worker, writer's
 * completion.  Source: CASE-03, CASE-04, CASE-11. */
#include "handlers.h"

#include "bw/app/case_steps.h"

/* --- forms --- */

/* The fields of a form as the body that the interface takes; what was left empty was not said. */
static struct bw_str body_of(struct bw_request *rq)
{
    static const char *const names[] = { "event_id", "for_carrier", "to_carrier", "bag", "station",
                                         "reason",   "what",        "by",         "note" };
    struct bw_json_out j;
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    if (!(rq->route->flags & BW_R_PAGE))
        return rq->body;
    bw_buf_init(&text, 32 * 1024);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    for (size_t k = 0; k < BW_LEN(names); k++) {
        int64_t number;
        struct bw_str value = bw_str_trim(bw_request_form(rq, names[k]));
        if (!value.n)
            continue;
        if (strcmp(names[k], "bag") == 0 && bw_str_to_i64(value, 1, UINT8_MAX, &number))
            bw_jk_i64(&j, names[k], number);
        else
            bw_jk_str(&j, names[k], value);
    }
    bw_jo_end(&j);
    return bw_buf_ok(&text) ? bw_arena_str(&rq->arena, bw_buf_view(&text)) : BW_STR("");
}

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
    struct bw_case_step_request *step;
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (!f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    bw_code rc = bw_case_step_request(&rq->who, verb, bw_request_param(rq, "ref"), body_of(rq), bw_clock_wall(),
                                      &rq->arena, &step, f);
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
