/* SPDX-License-Identifier: Apache-2.0 */
/* refresh.c - what pages say beside the log: a feed that is silent, a storm at a station.  No entry of a case tells of
 * these, so the streams of the cases that one concerns are told to read their page again, and so is who comes back
 * from before.  Layer: push.  Threads: any.  Source: CLK-12, CLK-14. */
#include "hub_int.h"

size_t bw_hub_stale(struct bw_hub *hub, struct bw_uuid *to, size_t max)
{
    size_t n = 0;
    bw_lock(&hub->lock);
    hub->refresh_before = hub->head + 1;
    for (unsigned b = 0; b < BW_CHAINS; b++) {
        for (const struct bw_sub *s = hub->chains[BW_BY_CASE][b]; s && n < max; s = s->chain[BW_BY_CASE].next) {
            const struct bw_sub *o = hub->chains[BW_BY_CASE][b];
            while (o != s && !bw_uuid_eq(&o->case_id, &s->case_id))
                o = o->chain[BW_BY_CASE].next;
            if (o == s) /* the first of its case in the chain */
                to[n++] = s->case_id;
        }
    }
    bw_unlock(&hub->lock);
    return n;
}

static void tell_locked(struct bw_sub *s)
{
    s->refresh_due = true;
    bw_sub_wake_locked(s);
}

void bw_hub_refresh(struct bw_hub *hub, const struct bw_uuid *cases, size_t n)
{
    bw_lock(&hub->lock);
    for (struct bw_sub *s = hub->staff; s; s = s->chain[BW_BY_CASE].next)
        tell_locked(s);
    for (size_t k = 0; k < n; k++) {
        size_t bucket = bw_chain_bucket(cases[k].b, sizeof cases[k].b);
        for (struct bw_sub *s = hub->chains[BW_BY_CASE][bucket]; s; s = s->chain[BW_BY_CASE].next)
            if (bw_uuid_eq(&s->case_id, &cases[k]))
                tell_locked(s);
    }
    bw_unlock(&hub->lock);
}
