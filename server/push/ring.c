/* SPDX-License-Identifier: Apache-2.0 */
/* ring.c - the newest entries, bounded by number and bytes.  Layer: push.  Threads: under the hub's lock. */
#include "hub_int.h"

#include <stdlib.h>

bool bw_ring_init(struct bw_ring *r, size_t capacity, size_t max_bytes)
{
    *r = (struct bw_ring){ .capacity = capacity, .max_bytes = max_bytes };
    r->v = calloc(capacity, sizeof(struct bw_entry *));
    return r->v != NULL;
}

struct bw_entry *bw_ring_at(const struct bw_ring *r, size_t k)
{
    return r->v[(r->first + k) % r->capacity];
}

static void drop_oldest(struct bw_ring *r)
{
    struct bw_entry *e = bw_ring_at(r, 0);
    r->base = e->index;
    r->bytes -= e->bytes;
    r->v[r->first] = NULL;
    r->first = (r->first + 1) % r->capacity;
    r->n--;
    bw_entry_unref(e);
}

void bw_ring_clear(struct bw_ring *r, uint64_t base)
{
    while (r->n > 0)
        drop_oldest(r);
    r->base = base;
}

void bw_ring_done(struct bw_ring *r)
{
    bw_ring_clear(r, 0);
    free(r->v);
    r->v = NULL;
}

void bw_ring_push(struct bw_ring *r, struct bw_entry *take)
{
    while (r->n > 0 && (r->n == r->capacity || r->bytes + take->bytes > r->max_bytes))
        drop_oldest(r);
    r->v[(r->first + r->n) % r->capacity] = take;
    r->n++;
    r->bytes += take->bytes;
}

size_t bw_ring_find(const struct bw_ring *r, uint64_t want)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (bw_ring_at(r, mid)->index < want)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}
