/* SPDX-License-Identifier: Apache-2.0 */
/* hub.c - the feed's side of the hub: where the feed stands, new entries, the long poll's form, statistics.
 * Layer: push.  Threads: one feed thread publishes; the rest from any. */
#include "hub_int.h"

#include <stdlib.h>

#define PUBLISH_STEP 64u /* entries under one hold of the lock */

static void or_default(size_t *v, size_t d)
{
    if (*v == 0)
        *v = d;
}

struct bw_hub *bw_hub_new(const struct bw_hub_config *config)
{
    struct bw_hub *hub = calloc(1, sizeof *hub);
    if (!hub)
        return NULL;
    struct bw_hub_config *c = &hub->config;
    *c = *config;
    or_default(&c->ring_entries, 65536);
    or_default(&c->ring_bytes, 64u << 20);
    c->streams_max = c->streams_max ? c->streams_max : 20000;
    c->per_owner = c->per_owner ? c->per_owner : 16;
    c->per_address = c->per_address ? c->per_address : 256;
    c->heartbeat = c->heartbeat ? c->heartbeat : 15 * BW_SECOND;
    c->max_age = c->max_age ? c->max_age : 10 * BW_MINUTE;
    c->stall = c->stall ? c->stall : 30 * BW_SECOND;
    c->snapshot = c->snapshot ? c->snapshot : "/v1/promises";
    if (!bw_ring_init(&hub->ring, c->ring_entries, c->ring_bytes)) {
        free(hub);
        return NULL;
    }
    bw_mutex_init(&hub->lock);
    return hub;
}

void bw_hub_free(struct bw_hub *hub)
{
    if (!hub)
        return;
    BW_ASSERT(hub->n_subs == 0);
    for (int k = 0; k < BW_PAGES; k++)
        bw_page_drop(hub, &hub->pages[k]);
    bw_ring_done(&hub->ring);
    bw_mutex_done(&hub->lock);
    free(hub);
}

void bw_hub_replay_by(struct bw_hub *hub, bool (*want_page)(void *ctx, struct bw_hub *hub, uint64_t after), void *ctx)
{
    bw_lock(&hub->lock);
    hub->config.want_page = want_page;
    hub->config.ctx = ctx;
    bw_unlock(&hub->lock);
}

void bw_hub_open(struct bw_hub *hub, uint32_t epoch, uint64_t index)
{
    bw_lock(&hub->lock);
    bool changed = hub->open && epoch != hub->epoch;
    if (changed)
        hub->refresh_before = 0;
    hub->open = true;
    hub->epoch = epoch;
    hub->head = index;
    bw_ring_clear(&hub->ring, index);
    for (int k = 0; k < BW_PAGES; k++)
        bw_page_drop(hub, &hub->pages[k]);
    for (struct bw_sub *s = hub->all; s; s = s->all.next) {
        if (changed)
            bw_sub_reset_locked(s, "epoch");
        bw_sub_wake_locked(s);
    }
    bw_unlock(&hub->lock);
}

static void publish_one_locked(struct bw_hub *hub, struct bw_entry *e)
{
    BW_ASSERT(e->index > hub->head);
    hub->head = e->index;
    hub->stats.published++;
    bw_ring_push(&hub->ring, e);
    for (struct bw_sub *s = hub->staff; s; s = s->chain[BW_BY_CASE].next)
        bw_sub_offer_locked(s, e);
    if (e->customer.n == 0)
        return;
    size_t bucket = bw_chain_bucket(e->case_id.b, sizeof e->case_id.b);
    for (struct bw_sub *s = hub->chains[BW_BY_CASE][bucket]; s; s = s->chain[BW_BY_CASE].next)
        bw_sub_offer_locked(s, e);
}

void bw_hub_publish(struct bw_hub *hub, const struct bw_feed_entry *entries, size_t n, uint64_t upto)
{
    struct bw_entry *made[PUBLISH_STEP];
    for (size_t at = 0; at < n;) {
        size_t step = n - at < PUBLISH_STEP ? n - at : PUBLISH_STEP;
        for (size_t k = 0; k < step; k++) {
            made[k] = bw_entry_new(&entries[at + k], hub->epoch); /* the epoch is the feed thread's own */
            BW_ASSERT(made[k]); /* an entry left out would be a hidden hole; better to start anew */
        }
        bw_lock(&hub->lock);
        for (size_t k = 0; k < step; k++)
            publish_one_locked(hub, made[k]);
        bw_unlock(&hub->lock);
        at += step;
    }
    bw_lock(&hub->lock);
    if (upto > hub->head)
        hub->head = upto;
    bw_unlock(&hub->lock);
}

void bw_hub_twin(struct bw_hub *hub, struct bw_hub *other)
{
    bw_lock(&hub->lock);
    hub->twin = other;
    bw_unlock(&hub->lock);
}

struct bw_cursor bw_hub_head(struct bw_hub *hub)
{
    bw_lock(&hub->lock);
    struct bw_cursor c = { hub->epoch, hub->head };
    bw_unlock(&hub->lock);
    return c;
}

void bw_hub_degraded(struct bw_hub *hub, bool away)
{
    bw_lock(&hub->lock);
    if (hub->degraded != away) {
        hub->degraded = away;
        hub->degraded_since = bw_clock_wall();
        for (struct bw_sub *s = hub->all; s; s = s->all.next)
            bw_sub_wake_locked(s);
    }
    bw_unlock(&hub->lock);
}

bw_code bw_hub_collect(struct bw_hub *hub, const struct bw_sub_filter *filter, struct bw_cursor *after, size_t max,
                       struct bw_buf *to, size_t *ret_n, struct bw_error *err)
{
    struct bw_sub as = { .kind = filter->kind, .case_id = filter->case_id };
    BW_ASSERT(filter->kind != BW_SUB_CASE && filter->n_carriers <= BW_SUB_CARRIERS_MAX);
    as.n_carriers = (unsigned)filter->n_carriers;
    bw_carriers_copy(as.carriers[0], filter->carriers, filter->n_carriers);
    as.mask = bw_carrier_mask(as.carriers[0], as.n_carriers);
    bw_code code = BW_OK;
    size_t n = 0;
    bw_lock(&hub->lock);
    if (after->epoch != hub->epoch || after->index > hub->head)
        code = bw_fail(err, BW_E_AS_OF_OPEN, "after", "the cursor is of another epoch or from the future");
    else if (after->index < hub->ring.base)
        code = bw_fail(err, BW_E_NOT_FOUND, "after", "older than what is kept in memory");
    for (size_t k = bw_ring_find(&hub->ring, after->index + 1); code == BW_OK; k++) {
        if (k >= hub->ring.n) {
            after->index = hub->head;
            break;
        }
        const struct bw_entry *e = bw_ring_at(&hub->ring, k);
        if (n == max)
            break;
        if (bw_entry_for(e, &as)) {
            if (n++ > 0)
                bw_buf_ch(to, ',');
            bw_buf_str(to, e->staff_json);
        }
        after->index = e->index;
    }
    bw_unlock(&hub->lock);
    *ret_n = n;
    return code;
}

size_t bw_hub_owners(struct bw_hub *hub, struct bw_uuid *to, size_t max)
{
    size_t n = 0;
    bw_lock(&hub->lock);
    for (unsigned b = 0; b < BW_CHAINS; b++) {
        for (const struct bw_sub *s = hub->chains[BW_BY_OWNER][b]; s && n < max; s = s->chain[BW_BY_OWNER].next) {
            const struct bw_sub *o = hub->chains[BW_BY_OWNER][b];
            while (o != s && !bw_uuid_eq(&o->owner, &s->owner))
                o = o->chain[BW_BY_OWNER].next;
            if (o == s) /* the first of its owner in the chain */
                to[n++] = s->owner;
        }
    }
    bw_unlock(&hub->lock);
    return n;
}

struct bw_hub_stats bw_hub_stats(struct bw_hub *hub)
{
    bw_lock(&hub->lock);
    struct bw_hub_stats s = hub->stats;
    s.ring_entries = hub->ring.n;
    s.ring_bytes = hub->ring.bytes;
    bw_unlock(&hub->lock);
    return s;
}
