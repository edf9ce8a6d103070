/* SPDX-License-Identifier: Apache-2.0 */
/* reply_json.c - what handlers that answer with JSON or hand something to the writer do alike.
 * Layer: http.  Threads: loop or worker, whoever has the request; committed() on the writer's thread. */
#include "handlers.h"

#include "bw/app/app.h"
#include "bw/storage/writer.h"

struct bw_json_out *bw_json_begin(struct bw_json_reply *r, size_t max)
{
    bw_buf_init(&r->text, max);
    bw_json_out_init(&r->out, &r->text);
    return &r->out;
}

void bw_json_end(struct bw_request *rq, int status, struct bw_json_reply *r)
{
    bw_reply_buf(rq, status, "application/json", &r->text);
    bw_buf_done(&r->text);
}

void bw_reply_refused(struct bw_request *rq, bw_code code, const struct bw_faults *f)
{
    if (f->n)
        bw_reply_faults(rq, f);
    else
        bw_reply_problem(rq, code, NULL);
}

/* After COMMIT (or a refusal): nothing but the wake-up. */
static void committed(struct bw_work *work)
{
    bw_request_resume(work->ctx);
}

void bw_request_commit(struct bw_request *rq, struct bw_work *work, bw_handler *then)
{
    const struct bw_app *app = rq->app;
    struct bw_error err = { 0 };
    work->done = committed;
    work->ctx = rq;
    bw_request_park(rq, then);
    bw_code rc = bw_writer_submit(app->writer, work, &err);
    if (rc == BW_OK)
        return; /* the request is no longer ours */
    work->rc = rc;
    work->err = err;
    bw_request_resume(rq);
}
