/* SPDX-License-Identifier: Apache-2.0 */
/* sync.h - mutex and condition with clang's capability attributes, and the bounded queue between threads.
 * One mutex per object; no lock is held across I/O or a callback; functions that need the lock end in _locked.
 * Layer: base.  Threads: any. */
#ifndef BW_BASE_SYNC_H
#define BW_BASE_SYNC_H

#include <pthread.h>

#include "bw/base/clock.h"

#if defined(__clang__)
#define BW_CAPABILITY __attribute__((capability("mutex")))
#define BW_ACQUIRE(m) __attribute__((acquire_capability(m)))
#define BW_RELEASE(m) __attribute__((release_capability(m)))
#define BW_REQUIRES(m) __attribute__((requires_capability(m)))
#define BW_NO_ANALYSIS __attribute__((no_thread_safety_analysis))
#else
#define BW_CAPABILITY
#define BW_ACQUIRE(m)
#define BW_RELEASE(m)
#define BW_REQUIRES(m)
#define BW_NO_ANALYSIS
#endif

struct BW_CAPABILITY bw_mutex {
    pthread_mutex_t m;
};
struct bw_cond {
    pthread_cond_t c; /* CLOCK_MONOTONIC */
};

void bw_mutex_init(struct bw_mutex *m);
void bw_mutex_done(struct bw_mutex *m);
void bw_lock(struct bw_mutex *m) BW_ACQUIRE(m);
void bw_unlock(struct bw_mutex *m) BW_RELEASE(m);
void bw_cond_init(struct bw_cond *c);
void bw_cond_done(struct bw_cond *c);
void bw_cond_wait(struct bw_cond *c, struct bw_mutex *m) BW_REQUIRES(m);
/* False when mono_deadline (bw_clock_mono) passed; INT64_MAX never does. */
bool bw_cond_wait_until(struct bw_cond *c, struct bw_mutex *m, bw_time mono_deadline) BW_REQUIRES(m);
void bw_cond_signal(struct bw_cond *c);
void bw_cond_broadcast(struct bw_cond *c);

/* Starts a named thread (15 characters at most) with all signals blocked. */
BW_MUST_USE bw_code bw_thread_start(pthread_t *ret, const char *name, void *(*run)(void *), void *arg, struct bw_error *err);

/* Bounded multi-producer queue of pointers; items stay the producer's until taken.  Capacity counts weight, so that
 * one batch item of 40 events weighs 40; nothing weighs less than 1. */
struct bw_queue;
struct bw_queue *bw_queue_new(size_t max_weight); /* NULL when memory is out */
void bw_queue_free(struct bw_queue *q); /* must be empty */
enum bw_put { BW_PUT_OK, BW_PUT_FULL, BW_PUT_CLOSED };
BW_MUST_USE enum bw_put bw_queue_put(struct bw_queue *q, void *item, size_t weight);
/* Takes up to max items (at least one, unless closed and empty, or the deadline passed: 0).  Weight limit: stops
 * before an item that would bring the sum above max_weight, except that the first is always taken. */
size_t bw_queue_take(struct bw_queue *q, void **items, size_t max, size_t max_weight, bw_time mono_deadline);
/* No more puts; takers drain what is there. */
void bw_queue_close(struct bw_queue *q);
bool bw_queue_closed(struct bw_queue *q);
size_t bw_queue_weight(struct bw_queue *q);
/* Age on the monotonic clock of the oldest item, 0 when empty. */
bw_time bw_queue_age(struct bw_queue *q, bw_time mono_now);

#endif
