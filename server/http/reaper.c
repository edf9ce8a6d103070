/* SPDX-License-Identifier: Apache-2.0 */
/* reaper.c - deadlines of connections, which libmicrohttpd does not have: its idle timeout starts anew with every byte
 * (a header byte every 2 s outlived a 3 s timeout, F4), and per-connection timeouts cost a scan on every loop.
 * A connection past its deadline has its socket shut down; the loop then finds and ends it.
 * Layer: http.  Threads: main, by bw_http_tick.  Source: reliability.md 2.3. */
#include "http_int.h"

#define STOP_GRACE (5 * BW_SECOND)
#define BODY_GRACE (5 * BW_SECOND)
#define SEND_BASE (60 * BW_SECOND)
#define SEND_RATE 16384

static bool too_slow(bw_time age, uint64_t bytes)
{
    return age > BODY_GRACE && bytes < (uint64_t)(age / BW_SECOND) * BW_BODY_RATE;
}

static bool overdue(const struct bw_http_config *c, enum bw_phase phase, bw_time age, uint64_t bytes)
{
    switch (phase) {
    case BW_PH_HEAD:
        return age > c->header_deadline;
    case BW_PH_BODY:
        return age > c->body_deadline || too_slow(age, bytes);
    case BW_PH_UPLOAD: /* as long as it takes, while it moves */
        return too_slow(age, bytes);
    case BW_PH_SEND:
        return age > SEND_BASE + (bw_time)(bytes / SEND_RATE) * BW_SECOND;
    case BW_PH_IDLE:
        return age > c->idle_deadline;
    case BW_PH_RUN:    /* suspended, or about to answer; its waits have deadlines of their own */
    case BW_PH_STREAM: /* the hub's tick looks after streams */
        return false;
    }
    return false;
}

void bw_reap(struct bw_daemon *d, bw_time mono)
{
    bw_time stopping = atomic_load(&d->http->stopping_at);
    bool stop =
        stopping != 0 && mono - stopping > STOP_GRACE; /* an upload could take hours; sending it again is safe */
    bw_lock(&d->lock);
    for (struct bw_conn *c = d->conns; c; c = c->next) {
        enum bw_phase phase = (enum bw_phase)atomic_load_explicit(&c->phase, memory_order_acquire);
        bw_time age = mono - atomic_load_explicit(&c->since, memory_order_relaxed);
        if ((stop && phase == BW_PH_UPLOAD) ||
            overdue(&d->http->config, phase, age, atomic_load_explicit(&c->bytes, memory_order_relaxed)))
            shutdown(c->fd, SHUT_RDWR);
    }
    bw_unlock(&d->lock);
}

bool bw_fresh(struct bw_daemon *d, bw_time since)
{
    bool fresh = false;
    bw_lock(&d->lock);
    for (struct bw_conn *c = d->conns; c && !fresh; c = c->next)
        fresh = atomic_load_explicit(&c->phase, memory_order_acquire) == BW_PH_HEAD &&
                atomic_load_explicit(&c->since, memory_order_relaxed) > since;
    bw_unlock(&d->lock);
    return fresh;
}
