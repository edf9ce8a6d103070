/* SPDX-License-Identifier: Apache-2.0 */
/* h_case_edit.c - PATCH /v1/cases/{ref}: a merge patch of what a file holds, under If-Match (CASE-01, CASE-10, CASE-12,
 * DESK-04).  Read and merged on a query worker, committed through the writer. Layer: http.  Threads: loop, query
 * worker, writer's completion. */
#include "handlers.h"

#include "bw/app/case_edit.h"

struct patching {
    int32_t version; /* that If-Match names; -1: any */
    struct bw_case_edit *edit;
};

static void reply_changed(struct bw_request *rq)
{
    const struct patching *p = rq->data;
    const struct bw_case_edit *e = p->edit;
    bw_code rc = e->work.rc != BW_OK ? e->work.rc : e->item.rc;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, e->work.rc != BW_OK ? &e->work.err : &e->item.err);
        return;
    }
    struct bw_json_reply r;
    const char *tag = bw_arena_printf(&rq->arena, "\"%d\"", bw_case_edit_version(e));
    if (tag)
        bw_reply_header(rq, "ETag", bw_str_c(tag));
    bw_case_edit_answer(e, bw_json_begin(&r, 256 * 1024));
    bw_json_end(rq, 200, &r);
}

static void submit_patch(struct bw_request *rq)
{
    struct patching *p = rq->data;
    bw_request_commit(rq, &p->edit->work, reply_changed);
}

static void merge_patch(struct bw_request *rq, struct bw_pg *pg)
{
    struct patching *p = rq->data;
    struct bw_error err = { 0 };
    struct bw_faults *f = bw_request_faults(rq);
    if (!f)
        return;
    const struct bw_case_patch patch = { bw_request_param(rq, "ref"), rq->body, p->version };
    bw_code rc = bw_case_edit(pg, rq->app, &rq->who, &patch, bw_clock_wall(), &p->edit, f, &err);
    if (f->n)
        bw_reply_refused(rq, rc, f);
    else if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else if (!p->edit->fields)
        reply_changed(rq);
    else
        bw_request_then(rq, submit_patch);
}

void bw_h_case_patch(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    struct patching *p = BW_NEW(&rq->arena, struct patching);
    bw_code rc = p ? bw_case_if_match(bw_request_header(rq, "If-Match"), &p->version, &err) : BW_E_NOMEM;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = p;
    bw_request_job(rq, BW_JOB_QUERY, merge_patch);
}
