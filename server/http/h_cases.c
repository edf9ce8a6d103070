/* SPDX-License-Identifier: Apache-2.0 */
/* h_cases.c - POST /v1/cases: a delayed-bag file and its customer link; GET /v1/cases/{ref}: the file without personal
 * data. Decode on the loop, draw the reference on a query worker, commit through the writer (CASE-01, CASE-06,
 * PAGE-06). Layer: http.  Threads: loop, query worker, writer's completion. */
#include "handlers.h"

#include "bw/app/bagview.h"
#include "bw/app/cases.h"
#include "bw/storage/answer.h"

struct opening {
    struct bw_request *rq;
    struct bw_case_request *file;
};

static void committed(struct bw_work *work)
{
    struct opening *o = work->ctx;
    bw_request_resume(o->rq);
}

static void answer_case(struct bw_request *rq)
{
    const struct opening *o = rq->data;
    const struct bw_item *item = &o->file->item;
    bw_code rc = o->file->work.rc != BW_OK ? o->file->work.rc : item->rc;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, o->file->work.rc != BW_OK ? &o->file->work.err : &item->err);
        return;
    }
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, 128 * 1024);
    bw_json_out_init(&j, &text);
    bw_case_answer(o->file, bw_request_origin(rq), &j);
    char *location = bw_arena_printf(&rq->arena, "/v1/cases/%s", o->file->new_case.ref);
    bw_reply_header(rq, "Location", bw_str_c(location));
    bw_reply_buf(rq, 201, "application/json", &text);
    bw_buf_done(&text);
}

static void submit_case(struct bw_request *rq)
{
    const struct bw_app *app = rq->app;
    struct opening *o = rq->data;
    struct bw_error err = { 0 };
    o->file->work.done = committed;
    o->file->work.ctx = o;
    bw_request_park(rq, answer_case);
    bw_code rc = bw_writer_submit(app->writer, &o->file->work, &err);
    if (rc == BW_OK)
        return;
    o->file->work.rc = rc;
    o->file->work.err = err;
    bw_request_resume(rq);
}

static void draw_number(struct bw_request *rq, struct bw_pg *pg)
{
    struct opening *o = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_case_number(pg, o->file, bw_clock_wall(), &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit_case);
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
        if (f->n)
            bw_reply_faults(rq, f);
        else
            bw_reply_problem(rq, rc, NULL);
        return;
    }
    o->rq = rq;
    rq->data = o;
    bw_request_job(rq, BW_JOB_QUERY, draw_number);
}

/* --- GET /v1/cases/{ref} --- */

static void reply_case(struct bw_request *rq, const struct bw_bag_seen *seen)
{
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, 256 * 1024);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jk_uuid(&j, "id", &seen->file.case_id);
    bw_jk_c(&j, "ref", seen->file.ref);
    bw_jk_i64(&j, "version", seen->file.version);
    bw_jk_c(&j, "state", bw_case_word(seen->file.state));
    bw_jk_c(&j, "owner", seen->file.owner);
    bw_jk_c(&j, "station", seen->file.station);
    bw_jk_time(&j, "opened_at", seen->file.opened_at);
    bw_jkey(&j, "promises");
    bw_answer_promises(&j, seen->case_open, seen->n_case_open);
    bw_jkey(&j, "bags");
    bw_ja_begin(&j);
    bw_jo_begin(&j);
    bw_jkey(&j, "bag");
    bw_answer_bag(&j, &seen->bag);
    bw_jkey(&j, "promises");
    bw_answer_promises(&j, seen->open, seen->n_open);
    bw_jo_end(&j);
    bw_ja_end(&j);
    bw_jo_end(&j);
    bw_reply_index(rq, &seen->complete_to);
    const char *tag = bw_arena_printf(&rq->arena, "%d-%d", seen->file.version, seen->bag.version);
    if (!tag || !bw_reply_etag(rq, bw_str_c(tag)))
        bw_reply_buf(rq, 200, "application/json", &text);
    bw_buf_done(&text);
}

static void get_case(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_ident ident;
    struct bw_uuid ids[4];
    struct bw_bag_seen *seen = NULL;
    const char *why;
    size_t n;
    bool is_ref = bw_ident_parse_as(BW_IDENT_REF, bw_request_param(rq, "ref"), BW_DATE_NONE, &ident, &why);
    bw_code rc = is_ref ? bw_bags_find(pg, &ident, ids, BW_LEN(ids), &n, &err) : BW_E_NOT_FOUND;
    rc = rc == BW_OK ? bw_bag_see(pg, &ids[0], BW_WANT_STATE, &rq->arena, &seen, &err) : rc;
    if (rc == BW_OK && (!seen->has_case || !bw_bag_visible(&seen->bag, &rq->who)))
        rc = BW_E_NOT_FOUND;
    if (rc == BW_E_NOT_FOUND)
        (void)bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such file");
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        reply_case(rq, seen);
}

void bw_h_case_get(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, get_case);
}
