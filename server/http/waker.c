/* SPDX-License-Identifier: Apache-2.0 */
/* waker.c - the one thread that resumes suspended connections, in ticks.
 * Each wake-up of a daemon walks its whole list of suspended connections: 100 us for one resume among 9,000 streams,
 * 8 us each when 300 are resumed together.  So the first is resumed at once, and what comes within the next 1 ms (5 ms
 * when 200 or more waited) goes together.  What is held comes no sooner than its time: see bw_waker_hold.
 * Layer: http.  Threads: any puts, one drains.  Source: reliability.md 2.2. */
#include "http_int.h"

#include <stdlib.h>
#include <time.h>

#define FEW 200
#define TICK_FEW (1 * BW_MS)
#define TICK_MANY (5 * BW_MS)

struct bw_waker {
    struct bw_mutex lock;
    struct bw_cond some;
    struct bw_request_core *first; /* under lock */
    size_t n;                      /* under lock */
    struct bw_request_core *held;  /* under lock: in the order of their times */
    bool stop;                     /* under lock */
    pthread_t thread;
};

/* Whatever has been held long enough, or at the stop all of it, goes with the others. */
static void release_locked(struct bw_waker *w) BW_REQUIRES(&w->lock)
{
    bw_time now = bw_clock_mono();
    while (w->held && (w->stop || w->held->held_until <= now)) {
        struct bw_request_core *core = w->held;
        w->held = core->wake_next;
        core->wake_next = w->first;
        w->first = core;
        w->n++;
    }
}

static void *waker_run(void *arg)
{
    struct bw_waker *w = arg;
    for (;;) {
        bw_lock(&w->lock);
        release_locked(w);
        while (!w->first && !w->stop) {
            (void)bw_cond_wait_until(&w->some, &w->lock, w->held ? w->held->held_until : INT64_MAX);
            release_locked(w);
        }
        struct bw_request_core *core = w->first;
        size_t n = w->n;
        w->first = NULL;
        w->n = 0;
        bw_unlock(&w->lock);
        if (!core)
            return NULL; /* stopped and drained */
        while (core) {
            struct bw_request_core *next = core->wake_next; /* the core may be gone right after the resume */
            MHD_resume_connection(core->connection);
            core = next;
        }
        bw_time pause = n < FEW ? TICK_FEW : TICK_MANY;
        struct timespec ts = { .tv_nsec = pause * 1000 };
        clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
    }
}

bw_code bw_waker_start(struct bw_waker **ret, struct bw_error *err)
{
    struct bw_waker *w = calloc(1, sizeof *w);
    if (!w)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the waker");
    bw_mutex_init(&w->lock);
    bw_cond_init(&w->some);
    bw_code code = bw_thread_start(&w->thread, "bw-waker", waker_run, w, err);
    if (code != BW_OK) {
        bw_cond_done(&w->some);
        bw_mutex_done(&w->lock);
        free(w);
        return code;
    }
    *ret = w;
    return BW_OK;
}

void bw_waker_put(struct bw_waker *w, struct bw_request_core *core)
{
    bw_lock(&w->lock);
    core->wake_next = w->first;
    w->first = core;
    if (w->n++ == 0)
        bw_cond_signal(&w->some);
    bw_unlock(&w->lock);
}

void bw_waker_hold(struct bw_waker *w, struct bw_request_core *core, bw_time until)
{
    bw_lock(&w->lock);
    /* What took longer to look at comes later and is due earlier than some: behind them it would tell by its time. */
    struct bw_request_core **at = &w->held;
    while (*at && (*at)->held_until <= until)
        at = &(*at)->wake_next;
    core->held_until = until;
    core->wake_next = *at;
    *at = core;
    if (w->held == core)
        bw_cond_signal(&w->some);
    bw_unlock(&w->lock);
}

void bw_waker_stop(struct bw_waker *w)
{
    if (!w)
        return;
    bw_lock(&w->lock);
    w->stop = true;
    bw_cond_signal(&w->some);
    bw_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    bw_cond_done(&w->some);
    bw_mutex_done(&w->lock);
    free(w);
}
