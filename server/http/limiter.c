/* SPDX-License-Identifier: Apache-2.0 */
/* limiter.c - requests a second by key, account or address, in memory: GCRA on a fixed table.
 * Two askers that share a slot share a limit; the hash is keyed at start, so nobody can aim for a neighbour.
 * Layer: http.  Threads: loops; one mutex, no waiting.  Source: SEC-04, reliability.md A6, S4. */
#include "http_int.h"

#include <stdlib.h>

#include "bw/base/crypto.h"

#define SLOTS 65536u

struct rule {
    bw_time every; /* one request costs this */
    bw_time burst; /* may run ahead by this */
};
static const struct rule rules[BW_RATE_MAX] = {
    [BW_RATE_FREE] = { 0, 0 },
    [BW_RATE_READ] = { BW_SECOND / 100, 4 * BW_SECOND },    /* 100/s, 400 at once */
    [BW_RATE_WRITE] = { BW_SECOND / 50000, 2 * BW_SECOND }, /* 50,000/s: the writer's queue is the real limit */
    [BW_RATE_SEARCH] = { BW_SECOND / 20, 5 * BW_SECOND },   /* 20/s, 100 at once */
    [BW_RATE_LOGIN] = { BW_SECOND, 30 * BW_SECOND },        /* 1/s, 30 at once */
    [BW_RATE_REPORT] = { BW_SECOND / 2, 20 * BW_SECOND },   /* 2/s, 40 at once */
    [BW_RATE_STREAM] = { BW_SECOND / 500, 10 * BW_SECOND }, /* 500/s: reconnects after a restart come together */
};

struct bw_limiter {
    struct bw_mutex lock;
    struct bw_key key;
    bw_time due[SLOTS]; /* when the bucket is empty again; under lock */
};

struct bw_limiter *bw_limiter_new(void)
{
    struct bw_limiter *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    bw_mutex_init(&l->lock);
    bw_random(l->key.b, sizeof l->key.b);
    return l;
}

void bw_limiter_free(struct bw_limiter *l)
{
    if (!l)
        return;
    bw_mutex_done(&l->lock);
    free(l);
}

struct bw_quota bw_limiter_ask(struct bw_limiter *l, enum bw_rate rate, struct bw_str who, bw_time mono)
{
    const struct rule *r = &rules[rate];
    struct bw_quota q = { 0 };
    if (r->every == 0)
        return q;
    char class = (char)rate;
    const struct bw_str parts[] = { { &class, 1 }, who };
    struct bw_hash h = bw_hmac(&l->key, parts, BW_LEN(parts));
    unsigned slot = ((unsigned)h.b[0] << 8 | h.b[1]) % SLOTS;
    bw_lock(&l->lock);
    bw_time due = l->due[slot] > mono ? l->due[slot] : mono;
    bool over = due - mono > r->burst;
    if (!over)
        l->due[slot] = due += r->every;
    bw_unlock(&l->lock);
    bw_time ahead = due - mono, room = r->burst - ahead;
    q.quota = (unsigned)(r->burst / r->every) + 1;
    q.window = (unsigned)((r->burst + BW_SECOND - 1) / BW_SECOND);
    q.left = room < 0 ? 0 : (unsigned)(room / r->every) + 1;
    q.reset = (unsigned)((ahead + BW_SECOND - 1) / BW_SECOND);
    q.wait = over ? (unsigned)(-room / BW_SECOND) + 1 : 0;
    return q;
}
