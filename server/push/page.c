/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - replay of what left the ring: pages of the database, asked for once and shared by all who read there, so
 * that thousands who reconnect together cost a handful of queries (STR-09).
 * A page is complete only up to where the ring began when it was asked for; what came later is in the ring.
 * Layer: push.  Threads: under the hub's lock; bw_hub_page* from query workers. */
#include "hub_int.h"

#include <stdlib.h>

void bw_page_drop(struct bw_hub *hub, struct bw_page *page)
{
    for (size_t k = 0; k < page->n; k++)
        bw_entry_unref(page->v[k]);
    hub->stats.page_bytes -= page->bytes;
    *page = (struct bw_page){ .state = BW_PAGE_FREE };
}

static struct bw_page *find(struct bw_hub *hub, uint64_t after)
{
    for (int k = 0; k < BW_PAGES; k++)
        if (hub->pages[k].state != BW_PAGE_FREE && hub->pages[k].after == after)
            return &hub->pages[k];
    return NULL;
}

/* A free page, or the one least recently read; NULL while all are being loaded. */
static struct bw_page *choose(struct bw_hub *hub)
{
    struct bw_page *best = NULL;
    for (int k = 0; k < BW_PAGES; k++) {
        struct bw_page *p = &hub->pages[k];
        if (p->state == BW_PAGE_FREE)
            return p;
        if (p->state == BW_PAGE_READY && (!best || p->used < best->used))
            best = p;
    }
    if (best)
        bw_page_drop(hub, best);
    return best;
}

struct bw_page *bw_page_locked(struct bw_hub *hub, uint64_t next)
{
    uint64_t after = (next - 1) / BW_HUB_PAGE * BW_HUB_PAGE;
    struct bw_page *p = find(hub, after);
    if (p && p->state == BW_PAGE_READY && next <= p->upto) {
        p->used = ++hub->page_clock;
        return p;
    }
    if (p && p->state == BW_PAGE_LOADING)
        return NULL;
    if (p)
        bw_page_drop(hub, p); /* it ended where the ring then began */
    else
        p = choose(hub);
    if (!p)
        return NULL; /* woken when one of those being loaded has come */
    p->state = BW_PAGE_LOADING;
    p->after = after;
    p->upto = hub->ring.base < after + BW_HUB_PAGE ? hub->ring.base : after + BW_HUB_PAGE;
    hub->stats.pages_asked++;
    if (!hub->config.want_page(hub->config.ctx, hub, after))
        bw_page_drop(hub, p);
    return NULL;
}

/* Everybody who waits for some page looks again. */
static void wake_readers_locked(struct bw_hub *hub)
{
    for (struct bw_sub *s = hub->all; s; s = s->all.next)
        if (!s->live)
            bw_sub_wake_locked(s);
}

void bw_hub_page(struct bw_hub *hub, uint64_t after, const struct bw_feed_entry *entries, size_t n)
{
    struct bw_entry **made = calloc(n ? n : 1, sizeof(struct bw_entry *));
    bw_lock(&hub->lock);
    uint32_t epoch = hub->epoch;
    bw_unlock(&hub->lock);
    size_t got = 0;
    while (made && got < n && got < BW_HUB_PAGE && (made[got] = bw_entry_new(&entries[got], epoch)) != NULL)
        got++;
    bw_lock(&hub->lock);
    struct bw_page *p = find(hub, after);
    bool use = made && got == n && epoch == hub->epoch && p && p->state == BW_PAGE_LOADING;
    for (size_t k = 0; k < got; k++) {
        if (use && made[k]->index <= p->upto) {
            p->bytes += made[k]->bytes;
            p->v[p->n++] = made[k];
        } else {
            bw_entry_unref(made[k]);
        }
    }
    if (use) {
        p->state = BW_PAGE_READY;
        p->used = ++hub->page_clock;
        hub->stats.page_bytes += p->bytes;
    } else if (p && p->state == BW_PAGE_LOADING) {
        bw_page_drop(hub, p);
    }
    wake_readers_locked(hub);
    bw_unlock(&hub->lock);
    free(made);
}

void bw_hub_page_failed(struct bw_hub *hub, uint64_t after, bool gone)
{
    bw_lock(&hub->lock);
    struct bw_page *p = find(hub, after);
    if (p && p->state == BW_PAGE_LOADING)
        bw_page_drop(hub, p);
    for (struct bw_sub *s = hub->all; s; s = s->all.next) {
        if (s->live || s->next == 0 || s->next - 1 >= hub->ring.base ||
            (s->next - 1) / BW_HUB_PAGE * BW_HUB_PAGE != after)
            continue;
        if (gone)
            bw_sub_reset_locked(s, "too_old");
        else
            bw_sub_end_locked(s, BW_END_BYE, "replay_unavailable");
        bw_sub_wake_locked(s);
    }
    wake_readers_locked(hub);
    bw_unlock(&hub->lock);
}
