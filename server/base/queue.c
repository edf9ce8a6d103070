/* SPDX-License-Identifier: Apache-2.0 */
/* queue.c - the bounded queue between threads: a ring under one mutex.
 * A put never waits: a full queue is the producer's to answer (503), or one slow consumer would stall every
 * connection.  Layer: base.  Threads: any number of producers and takers.  Source: design.md 4, style.md 5.13. */
#include "bw/base/sync.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 16 };

struct slot {
    void *item;
    size_t weight;
    bw_time put_at; /* monotonic */
};

struct bw_queue {
    /* set at init, then read-only */
    size_t max_weight;
    /* shared: mu */
    struct bw_mutex mu;
    struct bw_cond filled;
    struct slot *ring;
    size_t slots, first, count, weight;
    bool closed;
};

struct bw_queue *bw_queue_new(size_t max_weight)
{
    struct bw_queue *q = calloc(1, sizeof(*q));
    struct slot *ring = calloc(FIRST_SLOTS, sizeof(*ring));
    if (!q || !ring) {
        free(q);
        free(ring);
        return NULL;
    }
    q->max_weight = max_weight;
    q->ring = ring;
    q->slots = FIRST_SLOTS;
    bw_mutex_init(&q->mu);
    bw_cond_init(&q->filled);
    return q;
}

void bw_queue_free(struct bw_queue *q)
{
    if (!q)
        return;
    BW_ASSERT(q->count == 0);
    bw_cond_done(&q->filled);
    bw_mutex_done(&q->mu);
    free(q->ring);
    free(q);
}

/* The ring grows with use, up to one slot a unit of weight. */
static bool grow_locked(struct bw_queue *q) BW_REQUIRES(&q->mu)
{
    struct slot *ring = calloc(q->slots * 2, sizeof(*ring));
    if (!ring)
        return false;
    for (size_t at = 0; at < q->count; at++)
        ring[at] = q->ring[(q->first + at) % q->slots];
    free(q->ring);
    q->ring = ring;
    q->slots *= 2;
    q->first = 0;
    return true;
}

static enum bw_put put_locked(struct bw_queue *q, void *item, size_t weight) BW_REQUIRES(&q->mu)
{
    if (q->closed)
        return BW_PUT_CLOSED;
    if (weight > q->max_weight - q->weight || (q->count == q->slots && !grow_locked(q)))
        return BW_PUT_FULL;
    q->ring[(q->first + q->count) % q->slots] = (struct slot){ item, weight, bw_clock_mono() };
    q->count++;
    q->weight += weight;
    bw_cond_signal(&q->filled);
    return BW_PUT_OK;
}

enum bw_put bw_queue_put(struct bw_queue *q, void *item, size_t weight)
{
    bw_lock(&q->mu);
    enum bw_put put = put_locked(q, item, weight ? weight : 1);
    bw_unlock(&q->mu);
    return put;
}

static size_t take_locked(struct bw_queue *q, void **items, size_t max, size_t max_weight) BW_REQUIRES(&q->mu)
{
    size_t taken = 0, sum = 0;
    while (taken < max && q->count > 0) {
        const struct slot *slot = &q->ring[q->first];
        if (taken > 0 && (sum >= max_weight || slot->weight > max_weight - sum))
            break;
        items[taken++] = slot->item;
        sum += slot->weight;
        q->first = (q->first + 1) % q->slots;
        q->count--;
    }
    q->weight -= sum;
    return taken;
}

size_t bw_queue_take(struct bw_queue *q, void **items, size_t max, size_t max_weight, bw_time mono_deadline)
{
    bw_lock(&q->mu);
    while (q->count == 0 && !q->closed)
        if (!bw_cond_wait_until(&q->filled, &q->mu, mono_deadline))
            break;
    size_t taken = take_locked(q, items, max, max_weight);
    /* One signal may have stood for several items: hand it on to the next taker. */
    if (q->count > 0)
        bw_cond_signal(&q->filled);
    bw_unlock(&q->mu);
    return taken;
}

void bw_queue_close(struct bw_queue *q)
{
    bw_lock(&q->mu);
    q->closed = true;
    bw_cond_broadcast(&q->filled);
    bw_unlock(&q->mu);
}

bool bw_queue_closed(struct bw_queue *q)
{
    bw_lock(&q->mu);
    bool closed = q->closed;
    bw_unlock(&q->mu);
    return closed;
}

size_t bw_queue_weight(struct bw_queue *q)
{
    bw_lock(&q->mu);
    size_t weight = q->weight;
    bw_unlock(&q->mu);
    return weight;
}

bw_time bw_queue_age(struct bw_queue *q, bw_time mono_now)
{
    bw_lock(&q->mu);
    bw_time age = q->count ? mono_now - q->ring[q->first].put_at : 0;
    bw_unlock(&q->mu);
    return age < 0 ? 0 : age;
}
