/* SPDX-License-Identifier: Apache-2.0 */
/* h_events.c - POST /v1/events and POST /v1/typeb: statements in, verdicts out after COMMIT (ING-01 to ING-05, TYB-01
 * to TYB-04). Decode on the loop, hand to the writer, park; the writer's completion resumes; answer on the loop. Layer:
 * http.  Threads: loop; done() on the writer's thread. */
#include "handlers.h"

#include <stdlib.h>

#include "bw/app/ingest.h"
#include "bw/app/world.h"

struct statement {
    struct bw_request *rq;
    struct bw_work *work;
    struct bw_telegram *telegram; /* NULL: one JSON event */
};

/* Writer's thread, after COMMIT (or a refusal): nothing but the wake-up. */
static void committed(struct bw_work *work)
{
    struct statement *s = work->ctx;
    bw_request_resume(s->rq);
}

static void hand_over(struct bw_request *rq, struct statement *s, bw_handler *then)
{
    const struct bw_app *app = rq->app;
    struct bw_error err = { 0 };
    s->rq = rq;
    s->work->done = committed;
    s->work->ctx = s;
    rq->data = s;
    bw_request_park(rq, then);
    bw_code rc = bw_writer_submit(app->writer, s->work, &err);
    if (rc == BW_OK)
        return;
    s->work->rc = rc;
    s->work->err = err;
    bw_request_resume(rq);
}

static bool refuse_test_realm(struct bw_request *rq)
{
    if (!rq->who.test_realm)
        return false;
    struct bw_error err = { 0 };
    (void)bw_fail(&err, BW_E_FORBIDDEN, NULL, "this installation has no test realm yet: use a bagk_live_ key");
    bw_reply_problem(rq, BW_E_FORBIDDEN, &err);
    return true;
}

/* --- POST /v1/events --- */

/* Both fingerprints are named, so that the sender can tell which of its statements is which (ING-04). */
static void reply_conflict(struct bw_request *rq, const struct bw_item *item)
{
    char first[2 * BW_SHA256 + 1], now[2 * BW_SHA256 + 1];
    bw_hex(item->stored_fingerprint.b, BW_SHA256, first);
    bw_hex(item->fingerprint.b, BW_SHA256, now);
    struct bw_error err = { 0 };
    (void)bw_fail(&err, BW_E_EVENT_CONFLICT, "/event_id", "stored fingerprint %s, sent %s", first, now);
    bw_reply_problem(rq, BW_E_EVENT_CONFLICT, &err);
}

static void answer_event(struct bw_request *rq)
{
    const struct statement *s = rq->data;
    const struct bw_item *item = &s->work->items[0];
    if (s->work->rc != BW_OK) {
        bw_reply_problem(rq, s->work->rc, &s->work->err);
        return;
    }
    if (item->rc == BW_E_EVENT_CONFLICT) {
        reply_conflict(rq, item);
        return;
    }
    if (item->rc != BW_OK) {
        bw_reply_problem(rq, item->rc, &item->err);
        return;
    }
    struct bw_buf text;
    struct bw_json_out j;
    int status;
    bw_buf_init(&text, 128 * 1024);
    bw_json_out_init(&j, &text);
    bw_ingest_answer(item, &j, &status);
    bw_reply_buf(rq, status, "application/json", &text);
    bw_buf_done(&text);
}

void bw_h_events_post(struct bw_request *rq)
{
    if (refuse_test_realm(rq))
        return;
    struct statement *s = BW_NEW(&rq->arena, struct statement);
    struct bw_work *work = BW_NEW(&rq->arena, struct bw_work);
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (!s || !work || !f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    bw_code rc = bw_ingest_event(&rq->who, rq->body, bw_clock_wall(), &rq->arena, work, f);
    if (rc != BW_OK) {
        if (f->n)
            bw_reply_faults(rq, f);
        else
            bw_reply_problem(rq, rc, NULL);
        return;
    }
    s->work = work;
    hand_over(rq, s, answer_event);
}

/* --- POST /v1/typeb --- */

static void answer_telegram(struct bw_request *rq)
{
    const struct statement *s = rq->data;
    if (s->work->rc != BW_OK) {
        bw_reply_problem(rq, s->work->rc, &s->work->err);
        return;
    }
    struct bw_buf text;
    struct bw_json_out j;
    int status;
    bw_buf_init(&text, (size_t)64 << 20);
    bw_json_out_init(&j, &text);
    bw_ingest_telegram_answer(s->telegram, &j, &status);
    bw_reply_buf(rq, status, "application/json", &text);
    bw_buf_done(&text);
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
    if (refuse_test_realm(rq))
        return;
    struct statement *s = BW_NEW(&rq->arena, struct statement);
    struct bw_telegram *t = BW_NEW(&rq->arena, struct bw_telegram);
    struct bw_arena *arena = malloc(sizeof *arena); /* a telegram may need more than a request's own */
    if (!s || !t || !arena) {
        free(arena);
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_arena_init(arena, BW_TYPEB_ARENA + ((size_t)64 << 20));
    bw_request_on_end(rq, arena_end, arena);
    struct bw_error err = { 0 };
    const struct bw_world *world = bw_worlds_take(app->worlds);
    bw_code rc = bw_ingest_telegram(app, world, &rq->who, rq->body, bw_clock_wall(), arena, t, &err);
    bw_worlds_release(app->worlds, world);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    s->telegram = t;
    s->work = &t->work;
    hand_over(rq, s, answer_telegram);
}
