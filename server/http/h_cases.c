/* SPDX-License-Identifier: Apache-2.0 */
/* h_cases.c - POST /v1/cases: a delayed-bag file and its customer link.  Decode on the loop, draw the reference on a
 * query worker, commit through the writer (CASE-01, CASE-06, PAGE-06, ING-08).
 * Layer: http.  Threads: loop, query worker, writer's completion. */
#include "handlers.h"

#include "bw/app/bagview.h"
#include "bw/app/cases.h"
#include "bw/app/idempotency.h"
#include "bw/base/log.h"
#include "bw/storage/answer.h"

struct opening {
    struct bw_case_request *file;
    struct bw_str once; /* the Idempotency-Key; p == NULL: none */
};

static struct bw_idem idem_of(struct bw_request *rq)
{
    const struct bw_app *app = rq->app;
    const struct opening *o = rq->data;
    return (struct bw_idem){ app->keys, &rq->who, o->once, BW_STR("POST"), rq->path, rq->body };
}

/* The answer is kept for who repeats the request, or where it was refused the key is free again.  A failure here takes
 * nothing back: the file is stored, and a repeat is told that it exists. */
static void keep_answer(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    const struct opening *o = rq->data;
    struct bw_idem idem = idem_of(rq);
    const char *at = bw_arena_printf(&rq->arena, "Location: /v1/cases/%s\n", o->file->new_case.ref);
    bool made = rq->reply.status == 201 && at;
    const struct bw_idem_answer answer = { 201, bw_str_c(at), bw_str_n(rq->reply.p, rq->reply.n) };
    bw_code rc = made ? bw_idem_finish(pg, &idem, &answer, &err) : bw_idem_drop(pg, &idem, &err);
    if (rc != BW_OK)
        bw_log(BW_WARN, "case.answer_not_kept", BW_LC("code", bw_code_info(rc)->name), BW_LC("why", err.detail));
}

static void reply_opened(struct bw_request *rq)
{
    const struct opening *o = rq->data;
    const struct bw_case_request *file = o->file;
    bw_code rc = file->work.rc != BW_OK ? file->work.rc : file->item.rc;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, file->work.rc != BW_OK ? &file->work.err : &file->item.err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 128 * 1024);
    bw_case_answer(file, bw_request_origin(rq), j);
    char *location = bw_arena_printf(&rq->arena, "/v1/cases/%s", file->new_case.ref);
    bw_reply_header(rq, "Location", bw_str_c(location));
    bw_json_end(rq, 201, &r);
}

static void answer_case(struct bw_request *rq)
{
    const struct opening *o = rq->data;
    reply_opened(rq);
    if (o->once.p)
        bw_request_job(rq, BW_JOB_QUERY, keep_answer);
}

static void submit_case(struct bw_request *rq)
{
    struct opening *o = rq->data;
    bw_request_commit(rq, &o->file->work, answer_case);
}

/* The kept answer, where this is a repeat (ING-08). */
static bool replayed(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_idem idem = idem_of(rq);
    struct bw_idem_answer kept;
    if (!idem.key.p)
        return false;
    bw_code rc = bw_idem_begin(pg, &idem, bw_clock_wall(), &rq->arena, &kept, &err);
    if (rc == BW_OK && kept.status == 0)
        return false;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return true;
    }
    struct bw_str line = bw_str_split(&kept.headers, '\n'), name = bw_str_split(&line, ':');
    if (bw_str_eq_c(name, "Location"))
        bw_reply_header(rq, "Location", bw_str_trim(line));
    bw_reply_header(rq, "Idempotency-Replayed", BW_STR("true"));
    bw_reply_json(rq, kept.status, kept.body);
    return true;
}

static void draw_number(struct bw_request *rq, struct bw_pg *pg)
{
    struct opening *o = rq->data;
    struct bw_error err = { 0 };
    if (replayed(rq, pg))
        return;
    bw_code rc = bw_case_number(pg, o->file, bw_clock_wall(), &err);
    if (rc == BW_OK) {
        bw_request_then(rq, submit_case);
        return;
    }
    bw_reply_problem(rq, rc, &err);
    if (o->once.p)
        keep_answer(rq, pg);
}

void bw_h_cases_post(struct bw_request *rq)
{
    struct opening *o = BW_NEW(&rq->arena, struct opening);
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (!o || !f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    bw_code rc = bw_case_request(rq->app, &rq->who, rq->body, bw_clock_wall(), &rq->arena, &o->file, f);
    if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    o->once = bw_request_header(rq, "Idempotency-Key");
    rq->data = o;
    bw_request_job(rq, BW_JOB_QUERY, draw_number);
}
