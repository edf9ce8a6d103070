/* SPDX-License-Identifier: Apache-2.0 */
/* h_typeb.c - POST /v1/typeb: telegrams in, what became of each message out after COMMIT (TYB-01 to TYB-06).
 * Decode on the loop, hand to the writer, park.  Two kinds ask the database beside: a BTM before, for the list that it
 * replaces, and a part of a message after, for its fellows; what it completed is handed to the writer in turn.
 * Layer: http.  Threads: loop; query worker; done() on the writer's thread. */
#include <stdlib.h>

#include "bw/app/ingest.h"
#include "bw/app/world.h"
#include "bw/base/metrics.h"

#include "handlers.h"

struct sending {
    struct bw_request *rq;
    struct bw_telegram *telegram;
    struct bw_telegram *at; /* what the writer has: the telegram, then one whole after the other */
};

/* Writer's thread, after COMMIT (or a refusal): nothing but the wake-up. */
static void committed(struct bw_work *work)
{
    struct sending *s = work->ctx;
    bw_request_resume(s->rq);
}

static void answer(struct bw_request *rq)
{
    const struct sending *s = rq->data;
    struct bw_buf text;
    struct bw_json_out j;
    int status;
    bw_buf_init(&text, (size_t)64 << 20);
    bw_json_out_init(&j, &text);
    bw_ingest_telegram_answer(s->telegram, &j, &status);
    bw_reply_buf(rq, status, "application/json", &text);
    bw_buf_done(&text);
}

static void submit(struct bw_request *rq);

static void next_whole(struct bw_request *rq)
{
    struct sending *s = rq->data;
    s->at = s->at->whole;
    if (s->at)
        submit(rq);
    else
        answer(rq);
}

static void job_parts(struct bw_request *rq, struct bw_pg *pg)
{
    struct sending *s = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_telegram_parts(rq->app, pg, &rq->who, rq->at_wall, s->telegram, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, next_whole);
}

static void stored(struct bw_request *rq)
{
    struct sending *s = rq->data;
    const struct bw_work *work = &s->at->work;
    if (work->rc != BW_OK) {
        bw_reply_problem(rq, work->rc, &work->err);
        return;
    }
    bw_metric_add(BW_M_DEAD_LETTERS, 0, work->n_dead);
    if (s->at == s->telegram && bw_telegram_waits(s->telegram))
        bw_request_job(rq, BW_JOB_QUERY, job_parts);
    else
        next_whole(rq);
}

static void submit(struct bw_request *rq)
{
    const struct bw_app *app = rq->app;
    struct sending *s = rq->data;
    struct bw_error err = { 0 };
    s->at->work.done = committed;
    s->at->work.ctx = s;
    bw_request_park(rq, stored);
    bw_code rc = bw_writer_submit(app->writer, &s->at->work, &err);
    if (rc == BW_OK)
        return;
    s->at->work.rc = rc;
    s->at->work.err = err;
    bw_request_resume(rq);
}

static void job_lists(struct bw_request *rq, struct bw_pg *pg)
{
    struct sending *s = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_telegram_lists(pg, s->telegram, rq->at_wall, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit);
}

static void arena_end(void *data)
{
    struct bw_arena *arena = data;
    bw_arena_done(arena);
    free(arena);
}

void bw_h_typeb_post(struct bw_request *rq)
{
    const struct bw_app *app = rq->app;
    if (bw_refuse_test_realm(rq))
        return;
    struct sending *s = BW_NEW(&rq->arena, struct sending);
    struct bw_telegram *t = BW_NEW(&rq->arena, struct bw_telegram);
    struct bw_arena *arena = malloc(sizeof *arena); /* a telegram may need more than a request's own */
    if (!s || !t || !arena) {
        free(arena);
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_arena_init(arena, 2 * BW_TYPEB_ARENA);
    bw_request_on_end(rq, arena_end, arena);
    struct bw_error err = { 0 };
    const struct bw_world *world = bw_worlds_take(app->worlds);
    bw_code rc = bw_ingest_telegram(app, world, &rq->who, rq->body, bw_clock_wall(), arena, t, &err);
    bw_worlds_release(app->worlds, world);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    *s = (struct sending){ rq, t, t };
    rq->data = s;
    if (bw_telegram_lists_bags(t))
        bw_request_job(rq, BW_JOB_QUERY, job_lists);
    else
        submit(rq);
}
