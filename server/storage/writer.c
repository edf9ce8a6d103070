/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "batch_int.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"
#include "bw/base/sync.h"

#define THREADS_MOST 8
#define TRIES_ALONE 5
#define WORKS_MOST 4096
#define AWAY_AFTER (2 * BW_SECOND) /* for that long an own PostgreSQL that starts again is waited for */
#define PROBE_EVERY (250 * BW_MS)
#define GATHER_FOR 100 /* us: while another writer works, a few statements wait that long for more */
#define GATHER_TO 48
#define LAST_TRY BW_SECOND /* what waited behind a batch that failed still gets that long */

struct bw_writer_thread {
    struct bw_writer *writer;
    pthread_t id;
    bool running;
    /* owned by the thread */
    struct bw_pg *pg;
    unsigned seed;
};

struct bw_writer {
    /* set at new, then read-only */
    struct bw_writer_options opt;
    /* shared: the queue has its own lock */
    struct bw_queue *queue;
    atomic_bool healthy; /* false: the database is away; statements are refused until a thread has a session again */
    atomic_bool stopping;
    atomic_uint busy; /* writers with a batch in hand */
    struct bw_writer_thread threads[THREADS_MOST];
};

/* --- ends of works --- */

static bool stored(const struct bw_work *work, size_t k)
{
    return work->items[k].rc == BW_OK && !work->undone;
}

static void finish(struct bw_work *work, bw_code rc, const struct bw_error *err)
{
    work->rc = rc;
    if (rc != BW_OK && err)
        work->err = *err;
    if (rc == BW_OK && !work->dry_run)
        for (size_t k = 0; k < work->n; k++)
            bw_metric_add(BW_M_EVENTS, stored(work, k) ? (unsigned)work->items[k].outcome : BW_OUT_MAX, 1);
    work->done(work);
}

static void finish_all(struct bw_work **works, size_t n, bw_code rc, const struct bw_error *err)
{
    for (size_t k = 0; k < n; k++) {
        if (rc == BW_OK && k == n / 2)
            bw_crash_point("mid-fan-out");
        finish(works[k], rc, err);
    }
}

static void pause_us(int64_t us)
{
    struct timespec t = { us / BW_SECOND, (us % BW_SECOND) * 1000 };
    (void)nanosleep(&t, NULL);
}

/* 0 to 4 ms, growing with the try: two instances that clashed must not meet again at once. */
static void jitter(struct bw_writer_thread *t, int tries)
{
    pause_us((int64_t)((unsigned)rand_r(&t->seed) % 1000u) * (tries + 1));
}

/* --- one batch, until it has an end --- */

static enum bw_batch_end attempt(struct bw_writer_thread *t, struct bw_work **works, size_t n, bool lock,
                                 bw_time deadline, struct bw_error *err)
{
    const struct bw_writer_options *opt = &t->writer->opt;
    bw_pg_deadline(t->pg, deadline);
    bw_code rc = bw_pg_ensure(t->pg, err);
    if (rc != BW_OK)
        return rc == BW_E_DATABASE_AWAY ? BW_BATCH_AWAY : BW_BATCH_BROKEN;
    const struct bw_world *world = opt->world(opt->world_ctx);
    enum bw_batch_end end = bw_batch_run(t->pg, opt, world, works, n, lock, err);
    opt->release(opt->world_ctx, world);
    return end;
}

/* Tries the same works while the database is away, within the deadline.  New ones are refused at once when that takes
 * longer (reliability.md 3.3). */
static enum bw_batch_end insist(struct bw_writer_thread *t, struct bw_work **works, size_t n, bool lock,
                                bw_time deadline, struct bw_error *err)
{
    bw_time began = bw_clock_mono();
    for (;;) {
        enum bw_batch_end end = attempt(t, works, n, lock, deadline, err);
        bw_time now = bw_clock_mono();
        if (end != BW_BATCH_AWAY || now >= deadline)
            return end;
        if (now - began > AWAY_AFTER)
            atomic_store(&t->writer->healthy, false);
        pause_us(50 * BW_MS);
    }
}

static void wake_feed(const struct bw_writer *w)
{
    if (w->opt.committed)
        w->opt.committed(w->opt.committed_ctx);
}

static void alone(struct bw_writer_thread *t, struct bw_work *work, bw_time deadline);

static void no_waiter(struct bw_work *half)
{
    (void)half; /* who waits is told when both halves have their verdicts */
}

/* The lines of one body are strangers to each other: one that cannot be stored must not refuse the rest. */
static void apart(struct bw_writer_thread *t, struct bw_work *work, bw_time deadline)
{
    struct bw_work half[2] = { *work, *work };
    half[0].n = work->n / 2;
    half[1].items += half[0].n;
    half[1].n -= half[0].n;
    for (size_t k = 0; k < BW_LEN(half); k++) {
        half[k].done = no_waiter;
        alone(t, &half[k], deadline);
        for (size_t i = 0; half[k].rc != BW_OK && i < half[k].n; i++) {
            half[k].items[i].rc = half[k].rc;
            half[k].items[i].err = half[k].err;
        }
    }
    work->done(work);
}

static void alone(struct bw_writer_thread *t, struct bw_work *work, bw_time deadline)
{
    struct bw_error err = { 0 };
    enum bw_batch_end end = BW_BATCH_CLASH;
    for (int tries = 0; end == BW_BATCH_CLASH && tries < TRIES_ALONE && bw_clock_mono() < deadline; tries++) {
        end = insist(t, &work, 1, true, deadline, &err);
        if (end == BW_BATCH_CLASH) {
            bw_metric_add(BW_M_CLASHES, 0, 1);
            jitter(t, tries);
        }
    }
    if (end != BW_BATCH_DONE && end != BW_BATCH_AWAY && work->divisible && work->n > 1) {
        apart(t, work, deadline);
        return;
    }
    switch (end) {
    case BW_BATCH_DONE:
        if (!work->dry_run)
            wake_feed(t->writer);
        finish(work, BW_OK, NULL);
        return;
    case BW_BATCH_CLASH:
        (void)bw_fail(&err, BW_E_BUSY, NULL, "too many others write on this bag");
        finish(work, BW_E_BUSY, &err);
        return;
    case BW_BATCH_AWAY:
        finish(work, BW_E_DATABASE_AWAY, &err);
        return;
    case BW_BATCH_POISON:
    case BW_BATCH_BROKEN:
        break;
    }
    bw_log(BW_ERROR, "writer.refused", BW_LC("why", err.detail), BW_LC("code", bw_code_info(err.code)->name),
           BW_LC("event_id", work->n ? work->items[0].ev.event_id : ""));
    finish(work, BW_E_INTERNAL, &err);
}

static void batch(struct bw_writer_thread *t, struct bw_work **works, size_t n, bw_time deadline);

/* Halves, down to the one work that clashes or cannot be stored. */
static void split(struct bw_writer_thread *t, struct bw_work **works, size_t n, bw_time deadline)
{
    if (n == 1) {
        alone(t, works[0], deadline);
        return;
    }
    batch(t, works, n / 2, deadline);
    batch(t, works + n / 2, n - n / 2, deadline);
}

static void batch(struct bw_writer_thread *t, struct bw_work **works, size_t n, bw_time deadline)
{
    struct bw_error err = { 0 };
    bw_time began = bw_clock_mono();
    enum bw_batch_end end = insist(t, works, n, false, deadline, &err);
    if (end == BW_BATCH_CLASH) {
        bw_metric_add(BW_M_CLASHES, 0, 1);
        jitter(t, 0);
        end = insist(t, works, n, false, deadline, &err);
    }
    atomic_store(&t->writer->healthy, end != BW_BATCH_AWAY);
    if (end == BW_BATCH_DONE) {
        bw_metric_observe(BW_M_COMMIT, 0, bw_clock_mono() - began);
        wake_feed(t->writer);
        finish_all(works, n, BW_OK, NULL);
        return;
    }
    if (end == BW_BATCH_AWAY) {
        finish_all(works, n, BW_E_DATABASE_AWAY, &err);
        return;
    }
    split(t, works, n, deadline);
}

/* --- threads --- */

/* What may be rolled back as a whole has the transaction to itself. */
static void take_lone(struct bw_writer_thread *t, struct bw_work **works, size_t *n, bw_time deadline)
{
    size_t kept = 0;
    for (size_t k = 0; k < *n; k++) {
        if (works[k]->dry_run || works[k]->atomic)
            alone(t, works[k], deadline);
        else
            works[kept++] = works[k];
    }
    *n = kept;
}

static size_t weight_of(struct bw_work **works, size_t n)
{
    size_t events = 0;
    for (size_t k = 0; k < n; k++)
        events += works[k]->n;
    return events;
}

/* A request's time began when it was queued; behind a batch that took all of it there is one short try. */
static bw_time deadline_of(const struct bw_writer *w, struct bw_work **works, size_t n)
{
    bw_time now = bw_clock_mono(), oldest = now;
    for (size_t k = 0; k < n; k++)
        oldest = works[k]->queued_mono < oldest ? works[k]->queued_mono : oldest;
    bw_time deadline = oldest + w->opt.batch_deadline, least = now + LAST_TRY;
    return deadline > least ? deadline : least;
}

/* Nobody may come to try while readiness says no, so the thread that lost the database looks for it. */
static void probe(struct bw_writer_thread *t)
{
    struct bw_error err = { 0 };
    bw_pg_deadline(t->pg, bw_clock_mono() + 2 * BW_SECOND);
    if (bw_pg_ensure(t->pg, &err) == BW_OK)
        atomic_store(&t->writer->healthy, true);
}

/* A batch costs about as much as twenty statements, whatever is in it.  Two writers in turn would take a dozen each
 * from 64 busy senders; who finds the other at work lets a few more come.  Never while idle (design.md 3).  Measured
 * at 64 connections: 0, 100, 300, 1,000 us give 13,400, 13,500, 12,400, 11,600 scans a second (18 % of both cores idle
 * at 100, 25 % at 1,000), p99 13.4, 10.3, 15.3 and 13.5 ms, and 129, 118, 131 and 129 us of processor time a scan. */
static size_t gather(struct bw_writer *w, struct bw_work **works, size_t n)
{
    size_t weight = weight_of(works, n), most = w->opt.batch_max < GATHER_TO ? w->opt.batch_max : GATHER_TO;
    if (weight >= most || atomic_load(&w->busy) == 0 || n == WORKS_MOST)
        return n;
    pause_us(GATHER_FOR);
    return n + bw_queue_take(w->queue, (void **)works + n, WORKS_MOST - n, w->opt.batch_max - weight, bw_clock_mono());
}

static void *run(void *arg)
{
    struct bw_writer_thread *t = arg;
    struct bw_writer *w = t->writer;
    struct bw_work **works = calloc(WORKS_MOST, sizeof *works);
    BW_ASSERT(works);
    for (;;) {
        bw_time until = atomic_load(&w->healthy) ? INT64_MAX : bw_clock_mono() + PROBE_EVERY;
        size_t n = bw_queue_take(w->queue, (void **)works, WORKS_MOST, w->opt.batch_max, until);
        if (!n && atomic_load(&w->stopping))
            break;
        if (!n) {
            probe(t);
            continue;
        }
        n = gather(w, works, n);
        atomic_fetch_add(&w->busy, 1);
        bw_time deadline = deadline_of(w, works, n);
        bw_metric_observe_n(BW_M_BATCH, 0, (int64_t)weight_of(works, n));
        bw_metric_set(BW_M_QUEUE, 0, (int64_t)bw_queue_weight(w->queue));
        take_lone(t, works, &n, deadline);
        if (n)
            batch(t, works, n, deadline);
        atomic_fetch_sub(&w->busy, 1);
    }
    free(works);
    return NULL;
}

bw_code bw_writer_new(const struct bw_writer_options *opt, struct bw_writer **ret_take, struct bw_error *err)
{
    struct bw_writer *w = calloc(1, sizeof *w);
    if (!w)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the writer");
    w->opt = *opt;
    w->opt.batch_max = opt->batch_max ? opt->batch_max : 512;
    w->opt.queue_max = opt->queue_max ? opt->queue_max : 10000;
    w->opt.queue_age_max = opt->queue_age_max ? opt->queue_age_max : 2 * BW_SECOND;
    w->opt.batch_deadline = opt->batch_deadline ? opt->batch_deadline : 8 * BW_SECOND;
    w->opt.threads = opt->threads ? opt->threads : 2;
    w->opt.threads = w->opt.threads > THREADS_MOST ? THREADS_MOST : w->opt.threads;
    atomic_init(&w->healthy, true);
    atomic_init(&w->stopping, false);
    w->queue = bw_queue_new(w->opt.queue_max);
    bw_code rc = w->queue ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for the queue");
    for (unsigned k = 0; rc == BW_OK && k < w->opt.threads; k++) {
        char name[24];
        (void)snprintf(name, sizeof name, "writer %u", k + 1);
        struct bw_pg_options pg = { .conninfo = opt->conninfo,
                                    .name = name,
                                    .role = opt->role,
                                    .schema = opt->schema,
                                    .sets = BW_SET_WRITER,
                                    .by_keys = true };
        w->threads[k].writer = w;
        w->threads[k].seed = (unsigned)bw_clock_mono() + k * 7919u;
        rc = bw_pg_new(&pg, &w->threads[k].pg, err);
    }
    if (rc != BW_OK) {
        bw_writer_free(w);
        return rc;
    }
    *ret_take = w;
    return BW_OK;
}

bw_code bw_writer_start(struct bw_writer *w, struct bw_error *err)
{
    for (unsigned k = 0; k < w->opt.threads; k++) {
        char name[24];
        (void)snprintf(name, sizeof name, "writer-%u", k + 1);
        bw_code rc = bw_thread_start(&w->threads[k].id, name, run, &w->threads[k], err);
        if (rc != BW_OK)
            return rc;
        w->threads[k].running = true;
    }
    return BW_OK;
}

bw_code bw_writer_submit(struct bw_writer *w, struct bw_work *work, struct bw_error *err)
{
    bw_time now = bw_clock_mono();
    if (!atomic_load(&w->healthy))
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "the writers have lost the database");
    if (bw_queue_age(w->queue, now) > w->opt.queue_age_max)
        return bw_fail(err, BW_E_BUSY, NULL, "statements have been waiting for more than two seconds");
    work->queued_mono = now;
    switch (bw_queue_put(w->queue, work, work->n ? work->n : 1)) {
    case BW_PUT_OK:
        return BW_OK;
    case BW_PUT_CLOSED:
        return bw_fail(err, BW_E_BUSY, NULL, "this server is stopping");
    case BW_PUT_FULL:
        break;
    }
    return bw_fail(err, BW_E_BUSY, NULL, "the queue of statements is full");
}

bool bw_writer_healthy(struct bw_writer *w)
{
    return atomic_load(&w->healthy);
}

size_t bw_writer_waiting(struct bw_writer *w)
{
    return bw_queue_weight(w->queue);
}

void bw_writer_stop(struct bw_writer *w)
{
    atomic_store(&w->stopping, true);
    bw_queue_close(w->queue);
    for (unsigned k = 0; k < w->opt.threads; k++) {
        if (w->threads[k].running)
            (void)pthread_join(w->threads[k].id, NULL);
        w->threads[k].running = false;
    }
}

void bw_writer_free(struct bw_writer *w)
{
    if (!w)
        return;
    for (unsigned k = 0; k < w->opt.threads; k++)
        bw_pg_free(w->threads[k].pg);
    if (w->queue)
        bw_queue_free(w->queue);
    free(w);
}
