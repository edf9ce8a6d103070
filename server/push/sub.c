/* SPDX-License-Identifier: Apache-2.0 */
/* sub.c - a subscriber: registered first, then it reads from its position on, through pages and ring up to the head,
 * where it goes live; all under one lock, so that the step from replay to live has no seam (STR-03).
 * Layer: push.  Threads: subscribe, read and free on the connection's loop; offers from the feed thread. */
#include "hub_int.h"

#include <stdlib.h>

#include "bw/base/crypto.h"
#include "bw/base/metrics.h"

#define SCAN_STEP 4096u
#define AHEAD_MAX 100000u
#define AHEAD_PATIENCE (2 * BW_SECOND)

static uint64_t hash_of(const void *p, size_t n)
{
    uint64_t h = UINT64_C(1469598103934665603); /* FNV-1a: chains are short and keys are ours */
    for (size_t k = 0; k < n; k++)
        h = (h ^ ((const unsigned char *)p)[k]) * UINT64_C(1099511628211);
    return h;
}

size_t bw_chain_bucket(const void *p, size_t n)
{
    return hash_of(p, n) % BW_CHAINS;
}

static struct bw_sub **chain_head(struct bw_sub *s, enum bw_chain chain)
{
    if (chain == BW_BY_CASE && s->kind != BW_SUB_CASE)
        return &s->hub->staff;
    return &s->hub->chains[chain][s->bucket[chain]];
}

static void link_in(struct bw_sub **head, struct bw_sub *s, struct bw_link *own, struct bw_link *firsts)
{
    own->prev = NULL;
    own->next = *head;
    if (firsts)
        firsts->prev = s;
    *head = s;
}

static void register_locked(struct bw_sub *s)
{
    struct bw_hub *hub = s->hub;
    link_in(&hub->all, s, &s->all, hub->all ? &hub->all->all : NULL);
    for (int c = 0; c < BW_CHAIN_MAX; c++) {
        struct bw_sub **head = chain_head(s, (enum bw_chain)c);
        link_in(head, s, &s->chain[c], *head ? &(*head)->chain[c] : NULL);
    }
    hub->n_subs++;
    *(s->kind == BW_SUB_CASE ? &hub->stats.customers : &hub->stats.staff) += 1;
}

static void forget_locked(struct bw_sub *s)
{
    struct bw_hub *hub = s->hub;
    *(s->all.prev ? &s->all.prev->all.next : &hub->all) = s->all.next;
    if (s->all.next)
        s->all.next->all.prev = s->all.prev;
    for (int c = 0; c < BW_CHAIN_MAX; c++) {
        struct bw_link *l = &s->chain[c];
        *(l->prev ? &l->prev->chain[c].next : chain_head(s, (enum bw_chain)c)) = l->next;
        if (l->next)
            l->next->chain[c].prev = l->prev;
    }
    hub->n_subs--;
    *(s->kind == BW_SUB_CASE ? &hub->stats.customers : &hub->stats.staff) -= 1;
}

static bw_code limits_locked(struct bw_hub *hub, const struct bw_sub *s, struct bw_error *err)
{
    unsigned same_owner = 0, same_address = 0;
    if (!hub->open)
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "the feed is not known yet");
    if (hub->draining || hub->n_subs >= hub->config.streams_max)
        return bw_fail(err, BW_E_BUSY, NULL, "no more streams on this instance");
    for (const struct bw_sub *o = hub->chains[BW_BY_OWNER][s->bucket[BW_BY_OWNER]]; o; o = o->chain[BW_BY_OWNER].next)
        same_owner += bw_uuid_eq(&o->owner, &s->owner);
    if (same_owner >= hub->config.per_owner)
        return bw_fail(err, BW_E_RATE_LIMITED, NULL, "%u streams are open for you already", same_owner);
    for (const struct bw_sub *o = hub->chains[BW_BY_ADDRESS][s->bucket[BW_BY_ADDRESS]];
         o && same_address < hub->config.per_address; o = o->chain[BW_BY_ADDRESS].next)
        same_address += o->address == s->address;
    if (same_address >= hub->config.per_address)
        return bw_fail(err, BW_E_RATE_LIMITED, NULL, "%u streams are open from this address already", same_address);
    return BW_OK;
}

void bw_sub_reset_locked(struct bw_sub *s, const char *reason)
{
    while (s->n > 0) {
        bw_entry_unref(s->pending[s->first]);
        s->first = (s->first + 1) % BW_PENDING;
        s->n--;
    }
    s->reset = reason;
    s->live = true;
    s->ahead_until = 0;
    s->hub->stats.resets++;
}

static void position_locked(struct bw_sub *s, const struct bw_cursor *after)
{
    struct bw_hub *hub = s->hub;
    s->live = true;
    if (!after)
        return;
    if (after->epoch != hub->epoch) {
        bw_sub_reset_locked(s, "epoch");
    } else if (after->index > hub->head + AHEAD_MAX) {
        bw_sub_reset_locked(s, "future");
    } else if (after->index < hub->ring.base && !hub->config.want_page) {
        bw_sub_reset_locked(s, "too_old");
    } else {
        s->refresh_due = after->index < hub->refresh_before;
        /* Another instance may be a moment ahead of this one: wait for it a little before calling it the future. */
        s->live = false;
        s->next = after->index + 1;
        s->ahead_until = after->index > hub->head ? s->last_read + AHEAD_PATIENCE : 0;
    }
}

bw_code bw_hub_subscribe(struct bw_hub *hub, const struct bw_sub_filter *filter, const struct bw_cursor *after,
                         const struct bw_sub_hooks *hooks, struct bw_sub **ret_take, struct bw_error *err)
{
    struct bw_sub *s = calloc(1, sizeof *s);
    if (!s)
        return bw_fail(err, BW_E_BUSY, NULL, "no memory for a stream");
    BW_ASSERT(filter->n_carriers <= BW_SUB_CARRIERS_MAX);
    s->hub = hub;
    s->hooks = *hooks;
    s->kind = filter->kind;
    s->n_carriers = (unsigned)filter->n_carriers;
    bw_carriers_copy(s->carriers[0], filter->carriers, filter->n_carriers);
    s->mask = bw_carrier_mask(s->carriers[0], s->n_carriers);
    s->case_id = filter->case_id;
    s->owner = filter->owner;
    s->address = hash_of(filter->address.p, filter->address.n);
    s->bucket[BW_BY_CASE] = bw_chain_bucket(s->case_id.b, sizeof s->case_id.b);
    s->bucket[BW_BY_OWNER] = bw_chain_bucket(s->owner.b, sizeof s->owner.b);
    s->bucket[BW_BY_ADDRESS] = s->address % BW_CHAINS;
    uint32_t dice[2];
    bw_random(dice, sizeof dice);
    s->last_read = bw_clock_mono();
    s->end_at = s->last_read + hub->config.max_age / 5 * 4 + (bw_time)(dice[0] % 1000) * (hub->config.max_age / 2500);
    s->second = dice[1];
    s->hello_due = true;
    bw_lock(&hub->lock);
    bw_code code = limits_locked(hub, s, err);
    if (code == BW_OK) {
        position_locked(s, after);
        register_locked(s);
    }
    bw_unlock(&hub->lock);
    if (code == BW_OK)
        *ret_take = s;
    else
        free(s);
    return code;
}

void bw_sub_free(struct bw_sub *s)
{
    static const unsigned reason_slot[] = { 0, 1, 2, 3, 4, 5 }; /* client rotate stall slow bye drain */
    if (!s)
        return;
    struct bw_hub *hub = s->hub;
    bw_lock(&hub->lock);
    forget_locked(s);
    uint64_t *const count[] = { &hub->stats.ended_client, &hub->stats.ended_rotate, &hub->stats.ended_stall,
                                &hub->stats.ended_slow,   &hub->stats.ended_bye,    &hub->stats.ended_drain };
    *count[s->end] += 1;
    while (s->n > 0) {
        bw_entry_unref(s->pending[s->first]);
        s->first = (s->first + 1) % BW_PENDING;
        s->n--;
    }
    bw_entry_unref(s->writing);
    bw_unlock(&hub->lock);
    if (!hub->config.uncounted)
        bw_metric_add(BW_M_STREAM_CLOSED, reason_slot[s->end], 1);
    free(s);
}

uint64_t bw_sub_position_locked(const struct bw_sub *s)
{
    if (s->n > 0)
        return s->pending[s->first]->index - 1;
    return s->live ? s->hub->head : s->next - 1;
}

void bw_sub_wake_locked(struct bw_sub *s)
{
    if (!s->parked)
        return;
    s->parked = false;
    s->hub->stats.parked--;
    s->hooks.wake(s->hooks.ctx);
}

static void push_pending(struct bw_sub *s, struct bw_entry *e)
{
    e->refs++;
    s->pending[(s->first + s->n) % BW_PENDING] = e;
    s->n++;
}

void bw_sub_offer_locked(struct bw_sub *s, struct bw_entry *e)
{
    if (!s->live || s->end != BW_END_NOT || !bw_entry_for(e, s))
        return; /* one that reads will come to it by itself */
    if (s->n == BW_PENDING) {
        s->live = false;
        s->in_ring = true;
        s->next = e->index;
        return;
    }
    push_pending(s, e);
    bw_sub_wake_locked(s);
}

static void scan_ring_locked(struct bw_sub *s)
{
    const struct bw_ring *r = &s->hub->ring;
    size_t k = bw_ring_find(r, s->next), end = k + SCAN_STEP < r->n ? k + SCAN_STEP : r->n;
    s->in_ring = true;
    for (; k < end && s->n < BW_PENDING; k++) {
        struct bw_entry *e = bw_ring_at(r, k);
        if (bw_entry_for(e, s))
            push_pending(s, e);
        s->next = e->index + 1;
    }
    if (k == r->n && s->n < BW_PENDING)
        s->next = s->hub->head + 1; /* what lies behind the last entry is not for readers */
}

static void scan_page_locked(struct bw_sub *s, const struct bw_page *p)
{
    size_t k = 0;
    for (; k < p->n && s->n < BW_PENDING; k++) {
        struct bw_entry *e = p->v[k];
        if (e->index < s->next)
            continue;
        if (bw_entry_for(e, s))
            push_pending(s, e);
        s->next = e->index + 1;
    }
    if (k == p->n)
        s->next = p->upto + 1;
}

/* Reads on from `next`; false when it must wait. */
static bool advance_locked(struct bw_sub *s)
{
    struct bw_hub *hub = s->hub;
    if (s->live || s->next > hub->head + 1)
        return false;
    if (s->next == hub->head + 1) {
        s->live = true;
        s->ahead_until = 0;
        return false;
    }
    if (s->next > hub->ring.base) {
        scan_ring_locked(s);
        return true;
    }
    if (s->in_ring) {
        bw_sub_end_locked(s, BW_END_SLOW, "slow");
        return true;
    }
    if (!hub->config.want_page) {
        bw_sub_reset_locked(s, "too_old");
        return true;
    }
    const struct bw_page *p = bw_page_locked(hub, s->next);
    if (p)
        scan_page_locked(s, p);
    return p != NULL;
}

static void entry_done_locked(struct bw_sub *s)
{
    s->hub->stats.delivered++;
    if (s->writing->recorded_at != BW_TIME_NONE && !s->hub->config.uncounted)
        bw_metric_observe(BW_M_FEED_WIRE, 0, bw_clock_wall() - s->writing->recorded_at);
    bw_entry_unref(s->writing);
    s->writing = NULL;
}

static size_t copy(char *to, size_t max, struct bw_str from, size_t at)
{
    size_t n = from.n - at < max ? from.n - at : max;
    memcpy(to, from.p + at, n);
    return n;
}

/* One piece of what is due; 0 when nothing is. */
static size_t piece_locked(struct bw_sub *s, char *to, size_t max)
{
    if (s->control_at < s->control_n) {
        size_t n = copy(to, max, bw_str_n(s->control, s->control_n), s->control_at);
        s->control_at += n;
        return n;
    }
    if (!s->writing && !bw_control_next_locked(s) && !s->ended && s->n > 0) {
        s->writing = s->pending[s->first];
        s->first = (s->first + 1) % BW_PENDING;
        s->n--;
        s->written = 0;
    }
    if (!s->writing)
        return s->control_at < s->control_n ? piece_locked(s, to, max) : 0;
    struct bw_str frame = bw_entry_frame(s->writing, s);
    size_t n = copy(to, max, frame, s->written);
    s->written += n;
    if (s->written == frame.n)
        entry_done_locked(s);
    return n;
}

long bw_sub_read(struct bw_sub *s, char *to, size_t max)
{
    struct bw_hub *hub = s->hub;
    size_t n = 0;
    bw_lock(&hub->lock);
    s->last_read = bw_clock_mono();
    while (n < max) {
        size_t got = piece_locked(s, to + n, max - n);
        n += got;
        if (got > 0)
            continue;
        if (s->ended || !advance_locked(s))
            break;
        bw_unlock(&hub->lock); /* others may read and publish between two steps of a long scan */
        bw_lock(&hub->lock);
    }
    bool ended = s->ended;
    if (n == 0 && !ended) {
        s->parked = true;
        hub->stats.parked++;
        s->hooks.park(s->hooks.ctx);
    }
    bw_unlock(&hub->lock);
    return n > 0 ? (long)n : ended ? -1 : 0;
}
