/* SPDX-License-Identifier: Apache-2.0 */
/* duties.c - the duties' thread: sweeping, then whatever chore's time has come. */
#include "bw/app/duties.h"

#include <stdlib.h>

#include "bw/app/pulse.h"
#include "bw/app/world.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"
#include "bw/base/sync.h"
#include "bw/storage/tx.h"
#include "perish.h"
#include "standing.h"
#include "sweep.h"

#define LOOK_EVERY (250 * BW_MS)
#define CLOCK_LIMIT (2 * BW_SECOND)
enum { ROUNDS_MOST = 200, OWN_CHORES = 5 };

struct chore_state {
    struct bw_chore chore;
    bw_time next; /* monotonic */
};

struct bw_duties {
    /* set at new, then read-only */
    struct bw_duties_options o;
    pthread_t thread;
    bool running; /* of main */
    /* shared: mu */
    struct bw_mutex mu;
    struct bw_cond cond;
    bool stopping;
    /* owned by the thread */
    struct bw_pg *pg;
    struct bw_sweep *sweep;
    struct bw_pulse *pulse;
    struct bw_standing standing;
    struct chore_state chores[OWN_CHORES + BW_CHORES_MAX];
    size_t n_chores;
    bool attached, told;
};

/* --- its own chores --- */

static bw_code count_promises(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    (void)ctx;
    bw_code code = bw_pg_query(pg, BW_STMT_PROMISE_COUNTS, BW_PARAMS(bw_p_time(bw_clock_wall())), &rows, err);
    if (code != BW_OK)
        return code;
    bw_metric_set(BW_M_PROMISES_OPEN, 0, bw_rows_i64(&rows, 0, "open"));
    bw_metric_set(BW_M_PROMISES_OVERDUE, 0, bw_rows_i64(&rows, 0, "overdue"));
    return BW_OK;
}

/* Policies and carriers may have been changed on another instance; what was changed here is read at the next turn. */
static bw_code reload_world(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_duties *d = ctx;
    return bw_worlds_load(d->o.worlds, pg, NULL, err);
}

/* The session has measured the offset by itself; here it is only judged (design.md 5). */
static bw_code judge_clock(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    (void)ctx;
    (void)pg;
    (void)err;
    int64_t off = bw_clock_offset();
    if (off > CLOCK_LIMIT || off < -CLOCK_LIMIT)
        bw_log(BW_WARN, "clock.off", BW_LI("offset_us", off));
    return BW_OK;
}

static bw_code trim_today(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct bw_duties *d = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows taken = { 0 }, rows = { 0 };
    bw_time now = bw_clock_wall();
    bw_code code = bw_pg_query(pg, BW_STMT_DUTY_ADD,
                               BW_PARAMS(bw_p_c("feed-trim"), bw_p_time(now), bw_p_c(d->o.instance)), NULL, err);
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_DUTY_TAKE,
                           BW_PARAMS(bw_p_c("feed-trim"), bw_p_i64(bw_date_of(now)), bw_p_time(now),
                                     bw_p_c(d->o.instance)),
                           &taken, err);
    if (code != BW_OK || taken.affected == 0)
        return code;
    code = bw_pg_query(pg, BW_STMT_FEED_TRIM, BW_PARAMS(bw_p_time(now), bw_p_i32((int32_t)d->o.retention_days)), &rows,
                       err);
    if (code == BW_OK && bw_rows_i32(&rows, 0, "slots") > 0)
        bw_log(BW_INFO, "feed.trimmed", BW_LI("slots", bw_rows_i32(&rows, 0, "slots")));
    return code;
}

/* Once a day by the wall clock, by whichever instance comes first. */
static bw_code trim_feed(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    return bw_tx_run(pg, trim_today, ctx, err);
}

/* --- life --- */

static void add_chore(struct bw_duties *d, const struct bw_chore *chore)
{
    BW_ASSERT(d->n_chores < BW_LEN(d->chores));
    d->chores[d->n_chores++].chore = *chore;
}

bw_code bw_duties_new(const struct bw_duties_options *o, struct bw_duties **ret_take, struct bw_error *err)
{
    const struct bw_pg_options pg = {
        .conninfo = o->conninfo,
        .name = "duties",
        .role = o->role,
        .schema = o->schema,
        .sets = BW_SET_DUTIES | o->sets,
        .by_keys = true,
    };
    struct bw_duties *d = calloc(1, sizeof(*d));
    if (!d)
        return bw_fail(err, BW_E_NOMEM, NULL, "duties");
    const struct bw_chore own[OWN_CHORES] = {
        { "promises.count", 15 * BW_SECOND, count_promises, d }, { "world.reload", 30 * BW_SECOND, reload_world, d },
        { "clock.judge", 10 * BW_SECOND, judge_clock, d },       { "feed.trim", BW_MINUTE, trim_feed, d },
        { "texts.perish", 10 * BW_SECOND, bw_perish, NULL },
    };
    d->o = *o;
    for (size_t i = 0; i < OWN_CHORES; i++)
        if (!o->second || (own[i].run != reload_world && own[i].run != judge_clock))
            add_chore(d, &own[i]);
    for (size_t i = 0; i < o->n_chores; i++)
        add_chore(d, &o->chores[i]);
    bw_mutex_init(&d->mu);
    bw_cond_init(&d->cond);
    bw_code code = bw_pg_new(&pg, &d->pg, err);
    if (code == BW_OK)
        code = bw_sweep_new(o->writer, o->worlds, &d->sweep, err);
    if (code == BW_OK && o->beats)
        code = bw_pulse_new(&(struct bw_pulse_options){ o->beats, o->writer }, &d->pulse, err);
    if (code != BW_OK) {
        bw_duties_free(d);
        return code;
    }
    bw_sweep_guard(d->sweep, d->pulse);
    *ret_take = d;
    return BW_OK;
}

void bw_duties_free(struct bw_duties *d)
{
    if (!d)
        return;
    bw_sweep_free(d->sweep);
    bw_pulse_free(d->pulse);
    bw_pg_free(d->pg);
    bw_cond_done(&d->cond);
    bw_mutex_done(&d->mu);
    free(d);
}

/* --- the thread --- */

static bool stopping(struct bw_duties *d)
{
    bw_lock(&d->mu);
    bool stop = d->stopping;
    bw_unlock(&d->mu);
    return stop;
}

static bw_code attach(struct bw_duties *d, struct bw_error *err)
{
    bw_code code = bw_pg_ensure(d->pg, err);
    if (code == BW_OK && !d->attached)
        code = bw_sweep_register(d->pg, d->o.instance, err);
    d->attached = code == BW_OK;
    return code;
}

static bw_code sweep(struct bw_duties *d, struct bw_error *err)
{
    bool more = true;
    bw_code code = BW_OK;
    for (int i = 0; code == BW_OK && more && i < ROUNDS_MOST && !stopping(d); i++) {
        if (d->pulse) /* also between rounds: a long sweep is no absence */
            code = bw_pulse_beat(d->pulse, d->pg, err);
        if (code == BW_OK)
            code = bw_sweep_round(d->sweep, d->pg, &more, err);
    }
    return code;
}

static void do_chores(struct bw_duties *d)
{
    for (size_t i = 0; i < d->n_chores && !stopping(d); i++) {
        struct chore_state *c = &d->chores[i];
        struct bw_error err = { 0 };
        bw_time now = bw_clock_mono();
        bool asked = c->chore.run == reload_world && bw_worlds_asked(d->o.worlds);
        if (now < c->next && !asked)
            continue;
        c->next = now + c->chore.every;
        bw_code code = c->chore.run(c->chore.ctx, d->pg, &err);
        if (code != BW_OK && code != BW_E_DATABASE_AWAY)
            bw_log(BW_WARN, "duties.chore", BW_LC("chore", c->chore.name), BW_LC("code", bw_code_info(code)->name),
                   BW_LC("why", err.detail));
    }
}

static void turn(struct bw_duties *d)
{
    struct bw_error err = { 0 };
    bw_code code = attach(d, &err);
    if (code == BW_OK) /* first: the sweep may wait for them */
        code = bw_standing_end(&d->standing, d->pg, &err);
    if (code == BW_OK)
        code = sweep(d, &err);
    if (code == BW_OK)
        do_chores(d);
    if (code != BW_OK && !d->told)
        bw_log(BW_WARN, "duties.held_up", BW_LC("code", bw_code_info(code)->name), BW_LC("why", err.detail));
    d->told = code != BW_OK;
}

static void *run(void *arg)
{
    struct bw_duties *d = arg;
    while (!stopping(d)) {
        bw_time next = bw_clock_mono() + LOOK_EVERY;
        turn(d);
        bw_lock(&d->mu);
        while (!d->stopping && bw_cond_wait_until(&d->cond, &d->mu, next))
            continue;
        bw_unlock(&d->mu);
    }
    return NULL;
}

bw_code bw_duties_start(struct bw_duties *d, struct bw_error *err)
{
    bw_code code = bw_thread_start(&d->thread, "duties", run, d, err);
    d->running = code == BW_OK;
    return code;
}

void bw_duties_stop(struct bw_duties *d)
{
    if (!d || !d->running)
        return;
    bw_lock(&d->mu);
    d->stopping = true;
    bw_cond_signal(&d->cond);
    bw_unlock(&d->mu);
    (void)pthread_join(d->thread, NULL);
    d->running = false;
}
