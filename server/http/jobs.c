/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.c - worker threads for what may wait: queries, reports, and the slow password hash.
 * Each kind has its own threads and a bounded queue, so that a report can never starve look-ups; what waited longer
 * than its limit is answered 503 instead of run.  Each database worker has its own session, opened on its own thread.
 * Layer: http.  Threads: loops put, workers take.  Source: design.md 4, reliability.md 3.3, W5. */
#include "http_int.h"

#include <stdlib.h>

#define WORKERS_MAX 16

struct kind_rule {
    const char *name;
    unsigned threads; /* 0 = by the configuration */
    size_t queue;
    bw_time patience;
    bool database;
    enum bw_worker_kind session;
};
static const struct kind_rule rules[BW_JOB_MAX] = {
    [BW_JOB_QUERY] = { "bw-query", 0, 2048, 5 * BW_SECOND, true, BW_WORKER_QUERY },
    [BW_JOB_REPORT] = { "bw-report", 1, 16, 60 * BW_SECOND, true, BW_WORKER_REPORT },
    [BW_JOB_HASH] = { "bw-hash", 1, 8, 5 * BW_SECOND, false, BW_WORKER_QUERY },
    /* One thread: somebody's experiment may keep itself waiting, never a look-up of the live realm. */
    [BW_JOB_TEST] = { "bw-test", 1, 256, 5 * BW_SECOND, true, BW_WORKER_TEST },
};

/* A request, or a task outside of any request. */
struct job {
    struct bw_request *rq;
    void (*fn)(void *ctx, struct bw_pg *pg);
    void *ctx;
    bw_time queued_at;
};

struct worker {
    struct bw_jobs *jobs;
    enum bw_job_kind kind;
    pthread_t thread;
};

struct bw_jobs {
    struct bw_http *http;
    struct bw_queue *queue[BW_JOB_MAX];
    struct worker workers[WORKERS_MAX + BW_JOB_MAX];
    size_t n_workers;
};

/* A refusal that must not tell "not yours" from "not there" by its time either (reliability.md 6, Z5): whatever was
 * looked at, it is answered this long after the work began. */
#define ABSENT_TAKES (25 * BW_MS)

static void give_back(struct bw_request *rq, bw_time began)
{
    bool known = rq->who.kind == BW_P_KEY || rq->who.kind == BW_P_ACCOUNT;
    if (!known || rq->reply.status != 404) {
        bw_request_resume(rq);
        return;
    }
    bool was = atomic_exchange(&rq->core->suspended, false);
    BW_ASSERT(was);
    bw_waker_hold(rq->http->waker, rq->core, began + ABSENT_TAKES);
}

static void run_request(struct bw_jobs *jobs, const struct job *job, struct bw_pg *pg)
{
    struct bw_request *rq = job->rq;
    const struct kind_rule *rule = &rules[rq->core->job_kind];
    const struct bw_worker_db *db = &jobs->http->config.db;
    struct bw_error err = { 0 };
    bw_code code = BW_OK;
    bw_time began = bw_clock_mono();
    bw_log_context(bw_str_c(rq->id), bw_str_c(rq->trace));
    if (began - job->queued_at > rule->patience)
        code = bw_fail(&err, BW_E_BUSY, NULL, "waited too long for a worker");
    else if (rule->database && db->ready)
        code = db->ready(db->ctx, pg, &err);
    if (code == BW_OK)
        rq->core->job(rq, pg);
    else if (rq->reply.kind == BW_RK_NONE) /* what a job was only to put on record is answered all the same */
        bw_reply_problem(rq, code, &err);
    bw_log_context(BW_STR_NONE, BW_STR_NONE);
    give_back(rq, began);
}

static void *worker_run(void *arg)
{
    struct worker *w = arg;
    struct bw_jobs *jobs = w->jobs;
    const struct kind_rule *rule = &rules[w->kind];
    const struct bw_worker_db *db = &jobs->http->config.db;
    struct bw_pg *pg = rule->database && db->open ? db->open(db->ctx, rule->session) : NULL;
    struct bw_queue *q = jobs->queue[w->kind];
    for (;;) {
        void *item = NULL;
        if (bw_queue_take(q, &item, 1, 1, bw_clock_mono() + BW_SECOND) == 0) {
            if (bw_queue_closed(q) && bw_queue_weight(q) == 0)
                break;
            continue;
        }
        struct job *job = item;
        if (job->rq)
            run_request(jobs, job, pg);
        else
            job->fn(job->ctx, pg);
        free(job);
    }
    if (pg && db->close)
        db->close(db->ctx, pg);
    return NULL;
}

static bool put(struct bw_jobs *jobs, enum bw_job_kind kind, struct job one)
{
    struct job *job = malloc(sizeof *job);
    if (!job)
        return false;
    *job = one;
    if (bw_queue_put(jobs->queue[kind], job, 1) == BW_PUT_OK)
        return true;
    free(job);
    return false;
}

/* The look-up that first finds out who asks is the live realm's, but for links, which say where they belong. */
bool bw_jobs_put(struct bw_jobs *jobs, struct bw_request *rq)
{
    if (rq->who.test_realm && jobs->http->config.test.app && rq->core->job_kind != BW_JOB_HASH)
        rq->core->job_kind = BW_JOB_TEST;
    return put(jobs, rq->core->job_kind, (struct job){ .rq = rq, .queued_at = rq->core->queued_at });
}

bool bw_jobs_task(struct bw_jobs *jobs, enum bw_job_kind kind, void (*fn)(void *, struct bw_pg *), void *ctx)
{
    return put(jobs, kind, (struct job){ .fn = fn, .ctx = ctx });
}

bw_code bw_jobs_start(struct bw_http *http, struct bw_jobs **ret, struct bw_error *err)
{
    struct bw_jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for workers");
    jobs->http = http;
    for (int k = 0; k < BW_JOB_MAX; k++) {
        jobs->queue[k] = bw_queue_new(rules[k].queue);
        BW_ASSERT(jobs->queue[k]); /* at start, a few hundred bytes */
    }
    bw_code code = BW_OK;
    for (int k = 0; k < BW_JOB_MAX && code == BW_OK; k++) {
        unsigned n = rules[k].threads ? rules[k].threads : http->config.query_workers;
        if (k == BW_JOB_TEST && !http->config.test.app)
            continue;
        for (unsigned t = 0; t < n && t < WORKERS_MAX && code == BW_OK; t++) {
            struct worker *w = &jobs->workers[jobs->n_workers];
            *w = (struct worker){ .jobs = jobs, .kind = (enum bw_job_kind)k };
            bw_metrics_mute(k == BW_JOB_TEST);
            code = bw_thread_start(&w->thread, rules[k].name, worker_run, w, err);
            bw_metrics_mute(false);
            jobs->n_workers += code == BW_OK;
        }
    }
    if (code != BW_OK)
        bw_jobs_stop(jobs);
    else
        *ret = jobs;
    return code;
}

void bw_jobs_stop(struct bw_jobs *jobs)
{
    if (!jobs)
        return;
    for (int k = 0; k < BW_JOB_MAX; k++)
        bw_queue_close(jobs->queue[k]);
    for (size_t k = 0; k < jobs->n_workers; k++)
        pthread_join(jobs->workers[k].thread, NULL);
    for (int k = 0; k < BW_JOB_MAX; k++)
        bw_queue_free(jobs->queue[k]);
    free(jobs);
}
