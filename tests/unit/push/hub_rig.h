/* SPDX-License-Identifier: Apache-2.0 */
/* hub_rig.h - readers of a hub without a network: hooks that flag, a parser of frames. */
#ifndef BW_TEST_HUB_RIG_H
#define BW_TEST_HUB_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bw/base/sync.h"

#include "hub_int.h"

#include "hub_entries.h"

/* What one reader was sent. */
struct reader {
    struct bw_sub *sub;
    struct bw_mutex lock;
    struct bw_cond woken;
    bool parked, killed; /* under lock */
    struct bw_buf got;   /* all bytes not yet parsed */
    uint64_t last;       /* index of the newest data event */
    unsigned n, gaps, hellos, resets, byes, slows, degraded, heartbeats;
    char reason[32];     /* of the newest reset, bye or slow */
    struct bw_cursor id; /* of the newest event of any kind */
    uint64_t step;       /* every step-th index is for this reader; 0 = do not check */
    bool ended;
};

static inline void reader_set_parked(struct reader *r, bool parked)
{
    bw_lock(&r->lock);
    r->parked = parked;
    bw_cond_signal(&r->woken);
    bw_unlock(&r->lock);
}

static inline void reader_park(void *ctx)
{
    reader_set_parked(ctx, true);
}

static inline void reader_wake(void *ctx)
{
    reader_set_parked(ctx, false);
}

static inline void reader_kill(void *ctx)
{
    struct reader *r = ctx;
    bw_lock(&r->lock);
    r->killed = true;
    bw_unlock(&r->lock);
}

static inline void reader_init(struct reader *r)
{
    *r = (struct reader){ 0 };
    bw_mutex_init(&r->lock);
    bw_cond_init(&r->woken);
    bw_buf_init(&r->got, 64u << 20);
}

static inline void reader_done(struct reader *r)
{
    bw_sub_free(r->sub);
    bw_buf_done(&r->got);
    bw_cond_done(&r->woken);
    bw_mutex_done(&r->lock);
}

static inline bw_code reader_join(struct reader *r, struct bw_hub *hub, struct bw_sub_filter filter,
                                  const struct bw_cursor *after)
{
    const struct bw_sub_hooks hooks = { reader_park, reader_wake, reader_kill, r };
    struct bw_error err;
    if (bw_str_empty(filter.address))
        filter.address = BW_STR("192.0.2.1");
    r->last = after ? after->index : 0;
    return bw_hub_subscribe(hub, &filter, after, &hooks, &r->sub, &err);
}

static inline void reader_event(struct reader *r, struct bw_str block)
{
    struct bw_str name = BW_STR_NONE, data = BW_STR_NONE, id = BW_STR_NONE;
    while (block.p) {
        struct bw_str line = bw_str_split(&block, '\n');
        if (bw_str_starts(line, BW_STR(": hb ")))
            r->heartbeats++;
        else if (bw_str_starts(line, BW_STR("id: ")))
            id = bw_str_drop(line, 4);
        else if (bw_str_starts(line, BW_STR("event: ")))
            name = bw_str_drop(line, 7);
        else if (bw_str_starts(line, BW_STR("data: ")))
            data = bw_str_drop(line, 6);
    }
    if (!name.p)
        return;
    assert_true(bw_cursor_parse(id, &r->id));
    if (bw_str_eq_c(name, "bag")) {
        if (r->step && r->last && r->id.index != (r->last / r->step + 1) * r->step)
            r->gaps++;
        r->last = r->id.index;
        r->n++;
        return;
    }
    r->hellos += bw_str_eq_c(name, "hello");
    r->resets += bw_str_eq_c(name, "reset");
    r->byes += bw_str_eq_c(name, "bye");
    r->slows += bw_str_eq_c(name, "slow");
    r->degraded += bw_str_eq_c(name, "degraded");
    size_t at = 0;
    const char mark[] = "\"reason\":\"";
    while (at + sizeof mark - 1 < data.n && memcmp(data.p + at, mark, sizeof mark - 1) != 0)
        at++;
    if (at + sizeof mark - 1 < data.n) {
        struct bw_str rest = bw_str_drop(data, at + sizeof mark - 1);
        bw_str_put(bw_str_split(&rest, '"'), r->reason, sizeof r->reason);
    }
}

static inline void reader_parse(struct reader *r)
{
    size_t from = 0;
    for (size_t k = 1; k < r->got.n; k++) {
        if (r->got.p[k] == '\n' && r->got.p[k - 1] == '\n') {
            reader_event(r, bw_str_n(r->got.p + from, k - from));
            from = k + 1;
        }
    }
    bw_buf_consume(&r->got, from);
}

/* Reads until parked or ended, `max` bytes a turn. */
static inline void reader_drain(struct reader *r, size_t max)
{
    char chunk[16384];
    for (;;) {
        long n = bw_sub_read(r->sub, chunk, max < sizeof chunk ? max : sizeof chunk);
        if (n <= 0) {
            r->ended = n < 0;
            break;
        }
        bw_buf_add(&r->got, chunk, (size_t)n);
        if (r->got.n > 1u << 16)
            reader_parse(r);
    }
    reader_parse(r);
}

/* Waits for a wake-up, at most until the deadline. */
static inline bool reader_wait(struct reader *r, bw_time deadline)
{
    bw_lock(&r->lock);
    while (r->parked && bw_cond_wait_until(&r->woken, &r->lock, deadline))
        continue;
    bool woken = !r->parked;
    bw_unlock(&r->lock);
    return woken;
}

#endif
