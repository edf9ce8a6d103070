/* SPDX-License-Identifier: Apache-2.0 */
/* door_limit.c - how often an address may fail before it is no longer heard: GCRA on a fixed table, in memory.
 * Only failures count, so who comes in is never slowed; a limit protects the database and slows guessing, the entropy
 * of the tokens protects what they open.  The hash is keyed at start: nobody can aim for a neighbour's slot.
 * Layer: app.  Threads: any; one mutex, no waiting.  Source: SEC-04, reliability.md A6, P2. */
#include "door_int.h"

#include <stdlib.h>

#define SLOTS 16384u

struct rule {
    bw_time every, burst; /* one failure costs `every`; they may run ahead by `burst` */
};
static const struct rule rules[BW_FAIL_MAX] = {
    [BW_FAIL_KEY] = { BW_SECOND, 30 * BW_SECOND }, /* 1/s, 30 at once */
    [BW_FAIL_SESSION] = { BW_SECOND / 10,
                          20 * BW_SECOND },             /* 10/s, 200 at once: pages of a terminal that was logged out */
    [BW_FAIL_LINK] = { BW_SECOND / 5, 20 * BW_SECOND }, /* 5/s, 100 at once */
    [BW_FAIL_LOGIN] = { 10 * BW_SECOND, 100 * BW_SECOND }, /* 6/min, 10 at once */
    [BW_FAIL_CODE] = { 30 * BW_SECOND, 150 * BW_SECOND },  /* of an account, not an address: 2/min, 5 at once */
};

struct bw_fail_limit {
    struct bw_mutex lock;
    struct bw_key key;  /* fixed */
    bw_time due[SLOTS]; /* when the slot is clean again; under lock */
};

struct bw_fail_limit *bw_fail_limit_new(void)
{
    struct bw_fail_limit *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    bw_mutex_init(&l->lock);
    bw_random(l->key.b, sizeof l->key.b);
    return l;
}

void bw_fail_limit_free(struct bw_fail_limit *l)
{
    if (!l)
        return;
    bw_mutex_done(&l->lock);
    free(l);
}

static bw_time *slot(struct bw_fail_limit *l, enum bw_fail_kind kind, struct bw_str address)
{
    uint8_t owner[16];
    char class = (char)kind;
    const struct bw_str parts[] = { { &class, 1 }, bw_address_owner(address, owner) };
    struct bw_hash h = bw_hmac(&l->key, parts, BW_LEN(parts));
    return &l->due[((unsigned)h.b[0] << 8 | h.b[1]) % SLOTS];
}

bool bw_fail_limit_over(struct bw_fail_limit *l, enum bw_fail_kind kind, struct bw_str address, bw_time mono)
{
    bw_time *due = slot(l, kind, address);
    bw_lock(&l->lock);
    bool over = *due - mono > rules[kind].burst - rules[kind].every;
    bw_unlock(&l->lock);
    return over;
}

void bw_fail_limit_add(struct bw_fail_limit *l, enum bw_fail_kind kind, struct bw_str address, bw_time mono)
{
    bw_time *due = slot(l, kind, address);
    bw_lock(&l->lock);
    bw_time from = *due > mono ? *due : mono;
    /* What fails while it is over does not lengthen the wait: it was answered without work. */
    if (from - mono <= rules[kind].burst - rules[kind].every)
        *due = from + rules[kind].every;
    bw_unlock(&l->lock);
}
