/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bulk_int.h"
#include "bw/base/metrics.h"

#define BODIES_MOST 64u
#define BODIES_EACH 4u
#define CALL_EVERY (20 * BW_MS)
#define SPOOL_MOST ((size_t)512 << 20)
#define PATIENCE (8 * BW_SECOND)

/* --- turns --- */

static void queue(struct bw_bulk *b)
{
    struct bw_bulks *pool = b->pool;
    bw_lock(&pool->mu);
    b->run_next = NULL;
    if (pool->run)
        pool->run_last->run_next = b;
    else
        pool->run = b;
    pool->run_last = b;
    bw_cond_signal(&pool->some);
    bw_unlock(&pool->mu);
}

void bw_bulk_poke_locked(struct bw_bulk *b)
{
    if (b->state == BULK_RUNNING)
        b->state = BULK_AGAIN;
    if (b->state != BULK_IDLE)
        return;
    b->state = BULK_QUEUED;
    b->refs++;
    queue(b);
}

static void drop_locked(struct bw_bulks *pool, const struct bw_bulk *b) BW_REQUIRES(&pool->mu)
{
    struct bw_bulk **at = &pool->all;
    while (*at && *at != b)
        at = &(*at)->all_next;
    if (*at)
        *at = b->all_next;
}

static void body_free(struct bw_bulk *b)
{
    struct bw_bulks *pool = b->pool;
    BW_ASSERT(b->in_flight == 0);
    if (b->open)
        bw_bulk_chunk_free(b->open);
    while (b->first) {
        struct bulk_chunk *c = b->first;
        b->first = c->next;
        bw_bulk_chunk_free(c);
    }
    bw_bulk_spool_done(b);
    bw_inflate_free(b->inflate);
    free(b->plain);
    bw_lines_done(&b->lines);
    bw_buf_done(&b->in);
    bw_buf_done(&b->work);
    bw_mutex_done(&b->mu);
    if (!pool->opt.uncounted)
        bw_metric_add(BW_M_BULK_BODIES, 0, (uint64_t)-1);
    bw_lock(&pool->mu);
    drop_locked(pool, b);
    if (--pool->open == 0)
        bw_cond_broadcast(&pool->empty);
    bw_unlock(&pool->mu);
    free(b);
}

static void unref(struct bw_bulk *b)
{
    bw_lock(&b->mu);
    bool last = --b->refs == 0;
    bw_unlock(&b->mu);
    if (last)
        body_free(b);
}

static void run(struct bw_bulk *b)
{
    bw_lock(&b->mu);
    b->state = BULK_RUNNING;
    bw_unlock(&b->mu);
    bool more = bw_bulk_turn(b);
    bw_lock(&b->mu);
    more = more || b->state == BULK_AGAIN;
    b->state = more ? BULK_QUEUED : BULK_IDLE;
    if (more)
        queue(b); /* behind the others; the list's reference goes with it */
    bw_unlock(&b->mu);
    if (!more)
        unref(b);
}

/* --- room with the writer, in turn --- */

/* Cuts the first of those that wait off their list; the list's reference becomes the caller's. */
static struct bw_bulk *next_waiting_locked(struct bw_bulks *pool) BW_REQUIRES(&pool->mu)
{
    struct bw_bulk *b = pool->wait;
    if (b) {
        pool->wait = b->wait_next;
        b->waiting = false;
    }
    return b;
}

static void call(struct bw_bulk *b)
{
    bw_lock(&b->mu);
    bw_bulk_poke_locked(b);
    bw_unlock(&b->mu);
    unref(b);
}

void bw_bulk_wait(struct bw_bulk *b)
{
    struct bw_bulks *pool = b->pool;
    bw_lock(&b->mu);
    bw_lock(&pool->mu);
    if (!b->waiting) {
        b->waiting = true;
        b->refs++;
        b->wait_next = NULL;
        if (!pool->wait)
            pool->call_at = bw_clock_mono() + CALL_EVERY;
        *(pool->wait ? &pool->wait_last->wait_next : &pool->wait) = b;
        pool->wait_last = b;
        bw_cond_signal(&pool->some); /* somebody has to keep the time */
    }
    bw_unlock(&pool->mu);
    bw_unlock(&b->mu);
}

/* A body that has lines with the writer stands behind those that wait, or it would take what comes free for ever. */
bool bw_bulk_room(struct bw_bulk *b, uint32_t n)
{
    struct bw_bulks *pool = b->pool;
    bw_lock(&b->mu);
    bw_lock(&pool->mu);
    bool fits = b->in_flight + n <= BW_BULK_IN_FLIGHT;
    bool room =
        fits && pool->in_flight + n <= BW_BULK_ALL_IN_FLIGHT && !(pool->wait && pool->wait != b && b->in_flight > 0);
    if (room) {
        pool->in_flight += n;
        b->in_flight += n;
        b->refs++;
    }
    bw_unlock(&pool->mu);
    bw_unlock(&b->mu);
    if (fits && !room)
        bw_bulk_wait(b); /* else the next chunk that comes back calls it */
    return room;
}

void bw_bulk_room_back(struct bw_bulks *pool, uint32_t n)
{
    bw_lock(&pool->mu);
    pool->in_flight -= n;
    struct bw_bulk *b = next_waiting_locked(pool);
    bw_unlock(&pool->mu);
    if (b)
        call(b);
}

/* --- workers --- */

/* Those that wait are called now and then: the writer may have been full with other statements than ours.  One by one
 * off the list, for who is called may stand at its end again before the next is; as many as there were. */
static void call_all(struct bw_bulks *pool)
{
    size_t n = 0;
    bw_lock(&pool->mu);
    for (const struct bw_bulk *b = pool->wait; b; b = b->wait_next)
        n++;
    pool->call_at = bw_clock_mono() + CALL_EVERY;
    bw_unlock(&pool->mu);
    for (; n > 0; n--) {
        bw_lock(&pool->mu);
        struct bw_bulk *b = next_waiting_locked(pool);
        bw_unlock(&pool->mu);
        if (!b)
            return;
        call(b);
    }
}

static struct bw_bulk *take(struct bw_bulks *pool, bool *ret_call)
{
    struct bw_bulk *b = NULL;
    bw_lock(&pool->mu);
    for (;;) {
        *ret_call = pool->wait && bw_clock_mono() >= pool->call_at;
        b = pool->run;
        if (b || *ret_call || pool->stop)
            break;
        bw_cond_wait_until(&pool->some, &pool->mu, pool->wait ? pool->call_at : INT64_MAX);
    }
    if (b && !*ret_call)
        pool->run = b->run_next;
    else
        b = NULL;
    bw_unlock(&pool->mu);
    return b;
}

static void *work(void *arg)
{
    struct bw_bulks *pool = arg;
    for (;;) {
        bool call_them = false;
        struct bw_bulk *b = take(pool, &call_them);
        if (call_them)
            call_all(pool);
        else if (b)
            run(b);
        else
            return NULL;
    }
}

bw_code bw_bulks_new(const struct bw_bulks_options *opt, struct bw_bulks **ret_take, struct bw_error *err)
{
    struct bw_bulks *pool = calloc(1, sizeof *pool);
    if (!pool)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for bulk bodies");
    pool->opt = *opt;
    pool->opt.spool_max = opt->spool_max ? opt->spool_max : SPOOL_MOST;
    pool->opt.each = opt->each ? opt->each : BODIES_EACH;
    pool->opt.patience = opt->patience ? opt->patience : PATIENCE;
    unsigned workers = opt->workers ? opt->workers : 2;
    atomic_init(&pool->spooled, 0);
    bw_mutex_init(&pool->mu);
    bw_cond_init(&pool->some);
    bw_cond_init(&pool->empty);
    bw_code rc = BW_OK;
    for (unsigned k = 0; k < workers && k < BW_BULK_WORKERS && rc == BW_OK; k++) {
        rc = bw_thread_start(&pool->threads[k], "bw-bulk", work, pool, err);
        pool->n_threads += rc == BW_OK;
    }
    if (rc != BW_OK)
        bw_bulks_free(pool);
    else
        *ret_take = pool;
    return rc;
}

void bw_bulks_free(struct bw_bulks *pool)
{
    if (!pool)
        return;
    bw_lock(&pool->mu);
    while (pool->open > 0) /* bodies whose senders left may have chunks with the writer */
        bw_cond_wait(&pool->empty, &pool->mu);
    pool->stop = true;
    bw_cond_broadcast(&pool->some);
    bw_unlock(&pool->mu);
    for (unsigned k = 0; k < pool->n_threads; k++)
        (void)pthread_join(pool->threads[k], NULL);
    bw_bulk_spares_free(pool);
    bw_cond_done(&pool->some);
    bw_cond_done(&pool->empty);
    bw_mutex_done(&pool->mu);
    free(pool);
}

/* --- one body, from its loop --- */

static bw_code body_init(struct bw_bulk *b, struct bw_error *err)
{
    bw_mutex_init(&b->mu);
    bw_buf_init(&b->in, BW_BULK_PIECE);
    bw_buf_init(&b->work, BW_BULK_PIECE);
    bw_lines_init(&b->lines, BW_BULK_LINE);
    bw_buf_init(&b->spool.b, BW_BULK_PIECE + BW_BULK_VERDICT);
    b->spool.fd = -1;
    b->refs = 1;
    if (!b->opt.gzip)
        return BW_OK;
    b->inflate = bw_inflate_new(BW_BULK_BODY);
    b->plain = malloc(BW_BULK_PLAIN);
    return b->inflate && b->plain ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for a body");
}

static unsigned open_of_locked(const struct bw_bulks *pool, const char *organisation) BW_REQUIRES(&pool->mu)
{
    unsigned n = 0;
    for (const struct bw_bulk *b = pool->all; b; b = b->all_next)
        n += strcmp(b->who.organisation, organisation) == 0;
    return n;
}

/* One sender with many bodies must not take the places of all others. */
static bw_code admit(struct bw_bulks *pool, struct bw_bulk *b, struct bw_error *err)
{
    bw_code rc = BW_OK;
    if (atomic_load(&pool->spooled) >= pool->opt.spool_max)
        return bw_fail(err, BW_E_BUSY, NULL, "the verdicts of other bodies take all the room there is");
    bw_lock(&pool->mu);
    if (open_of_locked(pool, b->who.organisation) >= pool->opt.each)
        rc = bw_fail(err, BW_E_RATE_LIMITED, NULL, "%u bulk bodies of yours are being read already", pool->opt.each);
    else if (pool->open >= BODIES_MOST)
        rc = bw_fail(err, BW_E_BUSY, NULL, "%u bulk bodies are being read already", BODIES_MOST);
    if (rc == BW_OK) {
        pool->open++;
        b->all_next = pool->all;
        pool->all = b;
    }
    bw_unlock(&pool->mu);
    return rc;
}

bw_code bw_bulk_new(struct bw_bulks *pool, const struct bw_bulk_options *opt, struct bw_bulk **ret_take,
                    struct bw_error *err)
{
    struct bw_bulk *b = calloc(1, sizeof *b);
    if (!b)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a body");
    b->pool = pool;
    b->opt = *opt;
    b->who = *opt->who;
    b->opt.who = &b->who;
    bw_code rc = admit(pool, b, err);
    if (rc != BW_OK) {
        free(b);
        return rc;
    }
    if (!pool->opt.uncounted)
        bw_metric_add(BW_M_BULK_BODIES, 0, 1);
    rc = body_init(b, err);
    if (rc != BW_OK)
        unref(b);
    else
        *ret_take = b;
    return rc;
}

size_t bw_bulk_feed(struct bw_bulk *b, const char *p, size_t n)
{
    bw_lock(&b->mu);
    size_t room = BW_BULK_PIECE - b->in.n, taken = n < room ? n : room;
    if (b->code != BW_OK) { /* refused: the rest is read for manners' sake only */
        bw_unlock(&b->mu);
        return n;
    }
    bw_buf_add(&b->in, p, taken);
    if (!bw_buf_ok(&b->in))
        b->code = bw_fail(&b->err, BW_E_BUSY, NULL, "no memory for a body");
    if (taken < n) {
        b->parked = true;
        if (!b->pool->opt.uncounted)
            bw_metric_add(BW_M_BULK_PAUSES, 0, 1);
        b->opt.park(b->opt.ctx);
    }
    bw_bulk_poke_locked(b);
    bw_unlock(&b->mu);
    return taken;
}

void bw_bulk_refuse(struct bw_bulk *b, bw_code code, const struct bw_error *err)
{
    bw_lock(&b->mu);
    if (b->code == BW_OK) {
        b->code = code;
        b->err = *err;
    }
    if (b->parked) {
        b->parked = false;
        b->opt.wake(b->opt.ctx);
    }
    bw_unlock(&b->mu);
}

void bw_bulk_fail(struct bw_bulk *b, bw_code code, const char *why)
{
    struct bw_error err = { 0 };
    (void)bw_fail(&err, code, NULL, "%s", why);
    bw_bulk_refuse(b, code, &err);
}

bool bw_bulk_idle(struct bw_bulk *b)
{
    bw_lock(&b->mu);
    bool idle = b->left || b->code != BW_OK;
    bw_unlock(&b->mu);
    return idle;
}

void bw_bulk_end(struct bw_bulk *b)
{
    bw_lock(&b->mu);
    b->ended = true;
    bw_bulk_poke_locked(b);
    bw_unlock(&b->mu);
}

void bw_bulk_answer(struct bw_bulk *b, struct bw_bulk_answer *ret)
{
    bw_lock(&b->mu);
    BW_ASSERT(b->over);
    *ret = (struct bw_bulk_answer){
        .code = b->code, .err = b->err, .status = b->undone ? 422 : 200, .lines = b->n_lines, .fd = -1
    };
    if (b->code != BW_OK && b->n_stored > 0 && !b->opt.atomic && !b->opt.dry_run) {
        size_t n = strlen(ret->err.detail);
        (void)snprintf(ret->err.detail + n, sizeof ret->err.detail - n,
                       "; the first %u lines are done with, and all can be sent again", b->n_stored);
    }
    ret->size = b->spool.size + b->spool.b.n;
    ret->bytes = bw_buf_view(&b->spool.b);
    if (b->code == BW_OK && b->spool.fd >= 0) {
        ret->fd = dup(b->spool.fd);
        ret->size = b->spool.size;
        ret->bytes = BW_STR_NONE;
        if (ret->fd < 0)
            ret->code =
                bw_fail(&ret->err, BW_E_BUSY, NULL, "no file descriptor for the verdicts; send all of it again");
    }
    bw_unlock(&b->mu);
}

void bw_bulk_leave(struct bw_bulk *b)
{
    bw_lock(&b->mu);
    b->left = true;
    bw_bulk_poke_locked(b);
    bw_unlock(&b->mu);
    bw_lock(&b->pool->mu);
    drop_locked(b->pool, b); /* its sender may begin another at once */
    bw_unlock(&b->pool->mu);
    unref(b);
}
