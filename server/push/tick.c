/* SPDX-License-Identifier: Apache-2.0 */
/* tick.c - what time does to streams: heartbeats spread over one-second buckets, rotation, readers that do not read,
 * and the ways to end streams on purpose.  Layer: push.  Threads: main ticks; bye and drain from any.
 * Source: STR-02, STR-07, STR-08, STR-10; reliability.md 2.2. */
#include "hub_int.h"

#include "bw/base/crypto.h"

static void tick_one_locked(struct bw_sub *s, bw_time mono)
{
    struct bw_hub *hub = s->hub;
    if (!s->parked && !s->killed && mono - s->last_read > hub->config.stall) {
        s->killed = true;
        if (s->end == BW_END_NOT) {
            s->end = BW_END_STALL;
            s->end_reason = "stall";
        }
        s->hooks.kill(s->hooks.ctx);
        return;
    }
    if (s->ahead_until != 0 && s->next <= hub->head + 1) {
        s->ahead_until = 0;
        bw_sub_wake_locked(s);
    } else if (s->ahead_until != 0 && mono > s->ahead_until) {
        bw_sub_reset_locked(s, "future");
        bw_sub_wake_locked(s);
    }
    if (mono >= s->end_at)
        bw_sub_end_locked(s, hub->draining ? BW_END_DRAIN : BW_END_ROTATE, hub->draining ? "restart" : "rotate");
}

void bw_hub_tick(struct bw_hub *hub, bw_time mono)
{
    unsigned period = (unsigned)(hub->config.heartbeat / BW_SECOND);
    bw_lock(&hub->lock);
    bw_time second = mono / BW_SECOND;
    bool beat = second != hub->last_second;
    hub->last_second = second;
    for (struct bw_sub *s = hub->all; s; s = s->all.next) {
        tick_one_locked(s, mono);
        if (beat && (period == 0 || (bw_time)(s->second % period) == second % period)) {
            s->heartbeat_due = true;
            bw_sub_wake_locked(s);
        }
        if (beat && !s->live) /* a page may have been refused for want of a worker */
            bw_sub_wake_locked(s);
    }
    bw_unlock(&hub->lock);
}

void bw_hub_bye(struct bw_hub *hub, const struct bw_uuid *owner, const char *reason)
{
    bw_lock(&hub->lock);
    for (struct bw_sub *s = hub->all; s; s = s->all.next)
        if (bw_uuid_eq(&s->owner, owner))
            bw_sub_end_locked(s, BW_END_BYE, reason);
    struct bw_hub *twin = hub->twin;
    bw_unlock(&hub->lock);
    if (twin)
        bw_hub_bye(twin, owner, reason);
}

void bw_hub_drain(struct bw_hub *hub, bw_time mono, bw_time within)
{
    bw_lock(&hub->lock);
    hub->draining = true;
    for (struct bw_sub *s = hub->all; s; s = s->all.next) {
        uint32_t dice = 0;
        bw_random(&dice, sizeof dice);
        bw_time at = mono + within / 1000 * (dice % 1000);
        if (at < s->end_at)
            s->end_at = at;
        if (within == 0)
            bw_sub_end_locked(s, BW_END_DRAIN, "restart");
    }
    bw_unlock(&hub->lock);
}
