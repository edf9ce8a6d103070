/* SPDX-License-Identifier: Apache-2.0 */
/* sync.c - mutex, condition and thread start over pthreads.
 * A pthread call that fails here means a bug of ours (a wild pointer, a double unlock), so it asserts.
 * Layer: base.  Threads: any.  Source: style.md 5.13. */
#include "bw/base/sync.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "bw/base/metrics.h"

void bw_mutex_init(struct bw_mutex *m)
{
    BW_ASSERT(pthread_mutex_init(&m->m, NULL) == 0);
}

void bw_mutex_done(struct bw_mutex *m)
{
    BW_ASSERT(pthread_mutex_destroy(&m->m) == 0);
}

void bw_lock(struct bw_mutex *m) BW_NO_ANALYSIS
{
    BW_ASSERT(pthread_mutex_lock(&m->m) == 0);
}

void bw_unlock(struct bw_mutex *m) BW_NO_ANALYSIS
{
    BW_ASSERT(pthread_mutex_unlock(&m->m) == 0);
}

void bw_cond_init(struct bw_cond *c)
{
    pthread_condattr_t attr;
    BW_ASSERT(pthread_condattr_init(&attr) == 0 && pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    BW_ASSERT(pthread_cond_init(&c->c, &attr) == 0);
    pthread_condattr_destroy(&attr);
}

void bw_cond_done(struct bw_cond *c)
{
    BW_ASSERT(pthread_cond_destroy(&c->c) == 0);
}

void bw_cond_wait(struct bw_cond *c, struct bw_mutex *m)
{
    BW_ASSERT(pthread_cond_wait(&c->c, &m->m) == 0);
}

bool bw_cond_wait_until(struct bw_cond *c, struct bw_mutex *m, bw_time mono_deadline)
{
    bw_time at = mono_deadline < 0 ? 0 : mono_deadline;
    struct timespec ts = { .tv_sec = (time_t)(at / BW_SECOND), .tv_nsec = (long)(at % BW_SECOND * 1000) };
    int rc = pthread_cond_timedwait(&c->c, &m->m, &ts);
    BW_ASSERT(rc == 0 || rc == ETIMEDOUT);
    return rc == 0;
}

void bw_cond_signal(struct bw_cond *c)
{
    BW_ASSERT(pthread_cond_signal(&c->c) == 0);
}

void bw_cond_broadcast(struct bw_cond *c)
{
    BW_ASSERT(pthread_cond_broadcast(&c->c) == 0);
}

struct start {
    char name[16];
    void *(*run)(void *);
    void *arg;
    bool muted; /* bw/base/metrics.h: as its creator */
};

/* The thread names itself: its creator cannot, since it may have ended and been detached by then. */
static void *trampoline(void *arg)
{
    struct start start = *(struct start *)arg;
    free(arg);
    pthread_setname_np(pthread_self(), start.name);
    bw_metrics_mute(start.muted);
    return start.run(start.arg);
}

bw_code bw_thread_start(pthread_t *ret, const char *name, void *(*run)(void *), void *arg, struct bw_error *err)
{
    struct start *start = malloc(sizeof(*start));
    if (!start)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory to start thread %s", name);
    *start = (struct start){ .run = run, .arg = arg, .muted = bw_metrics_muted() };
    bw_str_put(bw_str_take(bw_str_c(name), sizeof(start->name) - 1), start->name, sizeof(start->name));
    sigset_t all, old;
    sigfillset(&all);
    BW_ASSERT(pthread_sigmask(SIG_SETMASK, &all, &old) == 0);
    int rc = pthread_create(ret, NULL, trampoline, start);
    BW_ASSERT(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
    if (rc == 0)
        return BW_OK;
    free(start);
    return bw_fail(err, BW_E_NOMEM, NULL, "thread %s cannot start: errno %d", name, rc);
}
