/* SPDX-License-Identifier: Apache-2.0 */
/* h_typeb.c - POST /v1/typeb: telegrams in, what became of each message out after COMMIT (TYB-01 to TYB-06).
 * Decode on the loop, hand to the writer, park.  Three kinds ask the database beside: a BTM before, for the list that
 * it replaces; a part of a message after, for its fellows (what it completed is handed to the writer in turn); a RUSH
 * BSM after, for the open cases that it may be about.  Layer: http.  Threads: loop; query worker. */
#include <stdlib.h>

#include "bw/app/ingest.h"
#include "bw/app/proposals.h"
#include "bw/app/world.h"
#include "bw/base/metrics.h"

#include "handlers.h"

struct sending {
    const struct bw_principal *who;
    struct bw_telegram *telegram;
    struct bw_telegram *at; /* what the writer has: the telegram, then one whole after the other */
    bw_handler *then;
    void *ctx; /* rq->data of `then` */
};

static void answer(struct bw_request *rq)
{
    const struct bw_telegram *telegram = rq->data;
    struct bw_json_reply r;
    int status;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)64 << 20);
    bw_ingest_telegram_answer(telegram, j, &status);
    bw_json_end(rq, status, &r);
}

static void submit(struct bw_request *rq);

static void next_whole(struct bw_request *rq)
{
    struct sending *s = rq->data;
    s->at = s->at->whole;
    if (s->at) {
        submit(rq);
        return;
    }
    rq->data = s->ctx;
    s->then(rq);
}

static bool asks_after(const struct sending *s)
{
    return (s->at == s->telegram && bw_telegram_waits(s->at)) || bw_telegram_rushes(s->at);
}

static void job_after(struct bw_request *rq, struct bw_pg *pg)
{
    struct sending *s = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = BW_OK;
    if (s->at == s->telegram && bw_telegram_waits(s->at))
        rc = bw_telegram_parts(rq->app, pg, s->who, rq->at_wall, s->at, &err);
    if (rc == BW_OK && bw_telegram_rushes(s->at))
        rc = bw_telegram_propose(rq->app, pg, s->at, rq->at_wall, &err);
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
    if (!rq->who.test_realm && work->raw_new && !work->repair) /* the same text again has its letters already */
        bw_metric_add(BW_M_DEAD_LETTERS, 0, work->n_dead);
    if (asks_after(s))
        bw_request_job(rq, BW_JOB_QUERY, job_after);
    else
        next_whole(rq);
}

static void submit(struct bw_request *rq)
{
    struct sending *s = rq->data;
    bw_request_commit(rq, &s->at->work, stored);
}

void bw_typeb_store(struct bw_request *rq, struct bw_telegram *t, const struct bw_principal *who, bw_handler *then)
{
    struct sending *s = BW_NEW(&rq->arena, struct sending);
    if (!s) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    *s = (struct sending){ who, t, t, then, rq->data };
    rq->data = s;
    submit(rq);
}

static void store(struct bw_request *rq)
{
    bw_typeb_store(rq, rq->data, &rq->who, answer);
}

static void job_lists(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_telegram *telegram = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_telegram_lists(pg, telegram, rq->at_wall, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, store);
}

static void arena_end(void *data)
{
    struct bw_arena *arena = data;
    bw_arena_done(arena);
    free(arena);
}

struct bw_arena *bw_typeb_arena(struct bw_request *rq)
{
    struct bw_arena *arena = malloc(sizeof *arena);
    if (!arena) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return NULL;
    }
    bw_arena_init(arena, 2 * BW_TYPEB_ARENA);
    bw_request_on_end(rq, arena_end, arena);
    return arena;
}

void bw_h_typeb_post(struct bw_request *rq)
{
    const struct bw_app *app = rq->app;
    struct bw_arena *arena = bw_typeb_arena(rq);
    if (!arena)
        return;
    struct bw_telegram *t = BW_NEW(arena, struct bw_telegram);
    if (!t) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    struct bw_error err = { 0 };
    const struct bw_world *world = bw_worlds_take(app->worlds);
    bw_code rc = bw_ingest_telegram(app, world, &rq->who, rq->body, bw_clock_wall(), arena, t, &err);
    bw_worlds_release(app->worlds, world);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = t;
    if (bw_telegram_lists_bags(t))
        bw_request_job(rq, BW_JOB_QUERY, job_lists);
    else
        store(rq);
}
