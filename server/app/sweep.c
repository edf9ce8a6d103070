/* SPDX-License-Identifier: Apache-2.0 */
/* sweep.c - levels and time-outs as events: of handovers of bags, of hand-overs of files; and before them, what fell
 * due while we were away, put off.  Rows are chosen and posted under the duty's row lock; the writer stores them in
 * transactions of its own, so the lock holds nothing up but another sweeper.  One that was paused in the middle and
 * wakes late posts what another has posted since: the event keys make that nothing. */
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>

#include "bw/app/pulse.h"
#include "bw/app/world.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"
#include "bw/base/sync.h"
#include "bw/domain/case_step.h"
#include "bw/domain/watch.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"
#include "bw/storage/writer.h"

#define DUTY "sweep"
#define STUCK_FOR (60 * BW_SECOND)
enum {
    DUE_MOST = 1000,
    WORK_EVENTS = 50, /* small works spread over the writers, and a refusal splits little */
    WORKS_MOST = DUE_MOST / WORK_EVENTS,
    WORK_ARENA = 16 << 20,
    STUCK_MOST = 256,
};

/* What is due and yet changes nothing when it is posted, so that it stays due: left alone for a while. */
struct stuck {
    struct bw_uuid id;
    bw_time until; /* monotonic */
};

struct bw_sweep {
    struct bw_writer *writer;
    struct bw_worlds *worlds;
    const struct bw_pulse *pulse; /* NULL: nobody asks whether we were away */
    /* owned by the duties thread; works are the writer's between submit and done */
    struct bw_item items[DUE_MOST];
    bw_time due_at[DUE_MOST];
    struct bw_work works[WORKS_MOST];
    struct bw_arena arenas[WORKS_MOST];
    size_t n;
    struct stuck stuck[STUCK_MOST];
    size_t stuck_next;
    struct bw_uuid outage; /* whose promises are being put off */
    bw_time put_off_to;    /* all that fell due before are; looked_to: and then these, once they are stored */
    bw_time looked_to;
    /* shared: mu */
    struct bw_mutex mu;
    struct bw_cond cond;
    size_t under_way;
};

bw_code bw_sweep_new(struct bw_writer *writer, struct bw_worlds *worlds, struct bw_sweep **ret_take,
                     struct bw_error *err)
{
    struct bw_sweep *s = calloc(1, sizeof(*s));
    if (!s)
        return bw_fail(err, BW_E_NOMEM, NULL, "sweeper");
    s->writer = writer;
    s->worlds = worlds;
    bw_mutex_init(&s->mu);
    bw_cond_init(&s->cond);
    for (size_t i = 0; i < WORKS_MOST; i++)
        bw_arena_init(&s->arenas[i], WORK_ARENA);
    *ret_take = s;
    return BW_OK;
}

void bw_sweep_free(struct bw_sweep *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < WORKS_MOST; i++)
        bw_arena_done(&s->arenas[i]);
    bw_cond_done(&s->cond);
    bw_mutex_done(&s->mu);
    free(s);
}

void bw_sweep_guard(struct bw_sweep *s, const struct bw_pulse *pulse)
{
    s->pulse = pulse;
}

bw_code bw_sweep_register(struct bw_pg *pg, const char *instance, struct bw_error *err)
{
    return bw_pg_query(pg, BW_STMT_DUTY_ADD, BW_PARAMS(bw_p_c(DUTY), bw_p_time(bw_clock_wall()), bw_p_c(instance)),
                       NULL, err);
}

void bw_timeout_event(const struct bw_bag *bag, struct bw_event *to)
{
    char text[BW_UUID_TEXT];
    bw_event_ours(BW_EV_CUSTODY_DISPUTED, BW_SUBJECT_BAG, &bag->bag_id, bag->timeout_at, to);
    snprintf(to->event_id, sizeof(to->event_id), "%s.D%lld", bw_uuid_text(&bag->bag_id, text),
             (long long)bag->timeout_at);
    memcpy(to->from_carrier, bag->custodian, sizeof(to->from_carrier));
    memcpy(to->to_carrier, bag->receiver, sizeof(to->to_carrier));
}

/* --- what is left alone --- */

static bool is_stuck(const struct bw_sweep *s, const struct bw_uuid *id)
{
    bw_time now = bw_clock_mono();
    for (size_t i = 0; i < STUCK_MOST; i++)
        if (s->stuck[i].until > now && bw_uuid_eq(&s->stuck[i].id, id))
            return true;
    return false;
}

static void set_stuck(struct bw_sweep *s, const struct bw_uuid *id)
{
    s->stuck[s->stuck_next] = (struct stuck){ *id, bw_clock_mono() + STUCK_FOR };
    s->stuck_next = (s->stuck_next + 1) % STUCK_MOST;
}

static const struct bw_uuid *subject_of(const struct bw_event *ev)
{
    return bw_uuid_is_nil(&ev->data.promise_id) ? &ev->bag_id : &ev->data.promise_id;
}

/* --- finding --- */

static struct bw_event *add(struct bw_sweep *s, bw_time due_at)
{
    s->items[s->n] = (struct bw_item){ .rc = BW_OK };
    s->due_at[s->n] = due_at;
    return &s->items[s->n++].ev;
}

static bw_code find_timeouts(struct bw_sweep *s, struct bw_pg *pg, bw_time now, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_DUE_TIMEOUTS, BW_PARAMS(bw_p_time(now), bw_p_i32(DUE_MOST)), &rows, err);
    for (size_t i = 0; code == BW_OK && i < rows.n; i++) {
        struct bw_bag bag;
        struct bw_uuid id = bw_rows_uuid(&rows, i, "bag_id");
        if (is_stuck(s, &id))
            continue;
        if (!bw_row_bag(&rows, i, &bag)) {
            bw_log(BW_ERROR, "sweep.unreadable_bag", BW_LI("version", bw_rows_i32(&rows, i, "version")));
            set_stuck(s, &id);
            continue;
        }
        struct bw_event *ev = add(s, bw_bag_timeout_at(&bag));
        if (bag.timeout_at != BW_TIME_NONE)
            bw_timeout_event(&bag, ev);
        else
            bw_unclaimed_event(&bag, ev);
    }
    return code;
}

static bw_code find_offers(struct bw_sweep *s, struct bw_pg *pg, bw_time now, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_DUE_OFFERS, BW_PARAMS(bw_p_time(now), bw_p_i32(DUE_MOST)), &rows, err);
    for (size_t i = 0; code == BW_OK && i < rows.n && s->n < DUE_MOST; i++) {
        struct bw_case file;
        struct bw_uuid id = bw_rows_uuid(&rows, i, "case_id");
        if (is_stuck(s, &id))
            continue;
        if (!bw_row_case(&rows, i, &file)) {
            bw_log(BW_ERROR, "sweep.unreadable_case", BW_LI("version", bw_rows_i32(&rows, i, "version")));
            set_stuck(s, &id);
            continue;
        }
        bw_case_timeout_event(&file, add(s, file.answer_by));
    }
    return code;
}

static bw_code find_levels(struct bw_sweep *s, struct bw_pg *pg, bw_time now, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_DUE_PROMISES, BW_PARAMS(bw_p_time(now), bw_p_i32(DUE_MOST)), &rows, err);
    const struct bw_world *world = bw_worlds_take(s->worlds);
    for (size_t i = 0; code == BW_OK && i < rows.n && s->n < DUE_MOST; i++) {
        struct bw_promise p;
        struct bw_uuid id = bw_rows_uuid(&rows, i, "promise_id");
        if (is_stuck(s, &id))
            continue;
        if (!bw_row_promise(&rows, i, &p)) {
            bw_log(BW_ERROR, "sweep.unreadable_promise", BW_LI("level", bw_rows_i16(&rows, i, "level")));
            set_stuck(s, &id);
            continue;
        }
        bw_level_event(&p, p.level + 1, world, add(s, p.next_level_at));
    }
    bw_worlds_release(s->worlds, world);
    return code;
}

/* Each found promise as the event that puts it off. */
static void add_moves(struct bw_sweep *s, struct bw_rows *rows, const struct bw_outage *o)
{
    const struct bw_move move = { BW_CLOSE_OUTAGE, o->id, o->began, o->ended + BW_OUTAGE_MOVES };
    for (size_t i = 0; i < rows->n && s->n < DUE_MOST; i++) {
        struct bw_promise p;
        struct bw_uuid id = bw_rows_uuid(rows, i, "promise_id");
        if (is_stuck(s, &id))
            continue;
        if (!bw_row_promise(rows, i, &p)) {
            bw_log(BW_ERROR, "sweep.unreadable_promise", BW_LI("level", bw_rows_i16(rows, i, "level")));
            set_stuck(s, &id);
            continue;
        }
        bw_move_event(&p, &move, o->ended, add(s, o->ended));
        if (p.due_at >= o->began && p.due_at > s->looked_to)
            s->looked_to = p.due_at;
    }
}

/* What the earliest outage puts off that is not done with; *ret_any: there is one, so no level is raised yet. */
static bw_code find_moves(struct bw_sweep *s, struct bw_pg *pg, bw_time now, bool *ret_any, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows pending = { 0 }, rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_OUTAGE_PENDING, BW_NO_PARAMS, &pending, err);
    *ret_any = code == BW_OK && pending.n > 0;
    if (!*ret_any)
        return code;
    const struct bw_outage o = { .id = bw_rows_uuid(&pending, 0, "outage_id"),
                                 .began = bw_rows_time(&pending, 0, "began_at"),
                                 .ended = bw_rows_time(&pending, 0, "ended_at") };
    if (!bw_uuid_eq(&s->outage, &o.id)) {
        s->outage = o.id;
        s->put_off_to = o.began;
    }
    s->looked_to = s->put_off_to;
    code = bw_pg_query(pg, BW_STMT_OUTAGE_DUE,
                       BW_PARAMS(bw_p_time(o.began), bw_p_time(o.ended), bw_p_time(o.ended + BW_OUTAGE_REACH),
                                 bw_p_time(s->put_off_to), bw_p_i32(DUE_MOST), bw_p_time(o.ended + BW_OUTAGE_MOVES)),
                       &rows, err);
    if (code == BW_OK)
        add_moves(s, &rows, &o);
    if (code == BW_OK && s->n == 0)
        code = bw_pg_query(pg, BW_STMT_OUTAGE_DONE, BW_PARAMS(bw_p_uuid(&o.id), bw_p_time(now)), NULL, err);
    return code;
}

/* --- posting --- */

static void on_done(struct bw_work *work)
{
    struct bw_sweep *s = work->ctx;
    bw_lock(&s->mu);
    s->under_way--;
    bw_cond_signal(&s->cond);
    bw_unlock(&s->mu);
}

/* Hands everything over and waits for the end of all: the items are the writer's until then. */
static size_t post(struct bw_sweep *s, struct bw_error *err)
{
    size_t n_works = 0;
    bw_lock(&s->mu);
    s->under_way = 0;
    bw_unlock(&s->mu);
    for (size_t at = 0; at < s->n; at += WORK_EVENTS) {
        struct bw_work *work = &s->works[n_works];
        bw_arena_reset(&s->arenas[n_works]);
        *work = (struct bw_work){ .items = &s->items[at],
                                  .n = s->n - at < WORK_EVENTS ? s->n - at : WORK_EVENTS,
                                  .arena = &s->arenas[n_works],
                                  .done = on_done,
                                  .ctx = s };
        bw_lock(&s->mu);
        s->under_way++;
        bw_unlock(&s->mu);
        if (bw_writer_submit(s->writer, work, err) != BW_OK) {
            on_done(work); /* busy: the next turn finds the rest again */
            break;
        }
        n_works++;
    }
    bw_lock(&s->mu);
    while (s->under_way > 0)
        bw_cond_wait(&s->cond, &s->mu);
    bw_unlock(&s->mu);
    return n_works;
}

/* What came of one event: true where it changed something, so that what is due now differs. */
static bool settle(struct bw_sweep *s, const struct bw_item *item, bw_time due_at)
{
    if (item->rc == BW_OK && item->outcome != BW_OUT_MOOT && item->outcome != BW_OUT_DUPLICATE) {
        bw_time delay = bw_clock_wall() - due_at;
        if (item->ev.code != BW_EV_PROMISE_MOVED)
            bw_metric_observe(BW_M_RAISE_DELAY, 0, delay > 0 ? delay : 0);
        return true;
    }
    if (item->rc != BW_OK)
        bw_log(BW_WARN, "sweep.refused", BW_LC("code", bw_code_info(item->rc)->name), BW_LC("why", item->err.detail),
               BW_LC("event_id", item->ev.event_id));
    set_stuck(s, subject_of(&item->ev));
    return false;
}

static size_t settle_works(struct bw_sweep *s, size_t n_works)
{
    size_t done = 0;
    for (size_t i = 0; i < n_works; i++) {
        const struct bw_work *work = &s->works[i];
        for (size_t k = 0; work->rc == BW_OK && k < work->n; k++)
            done += settle(s, &work->items[k], s->due_at[(size_t)(work->items - s->items) + k]);
    }
    return done;
}

/* --- a round --- */

struct round {
    struct bw_sweep *s;
    size_t stored;
};

/* True where the writer stored or refused every one of them, so that none has to be looked for again. */
static bool post_round(struct round *r, struct bw_error *err)
{
    struct bw_sweep *s = r->s;
    size_t n_works = post(s, err);
    bool all = n_works * WORK_EVENTS >= s->n;
    for (size_t i = 0; i < n_works; i++)
        all = all && s->works[i].rc == BW_OK;
    r->stored += settle_works(s, n_works);
    return all;
}

static bw_code sweep_locked(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct round *r = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_time now = bw_clock_wall();
    r->s->n = 0;
    /* In this order: paused before now was read, we are not well; paused behind it, what was due by then was due. */
    if (r->s->pulse && !bw_pulse_well(r->s->pulse))
        return BW_OK;
    bw_code code = bw_pg_query(pg, BW_STMT_DUTY_LOCK, BW_PARAMS(bw_p_c(DUTY)), &rows, err);
    if (code != BW_OK || rows.n == 0)
        return code;
    /* What we kept from coming first: a time-out would close it as missed. */
    bool put_off = false;
    code = find_moves(r->s, pg, now, &put_off, err);
    if (code != BW_OK || put_off) {
        if (code == BW_OK && r->s->n == 0)
            r->stored = 1; /* that one is done with: look again at once */
        else if (code == BW_OK && post_round(r, err))
            r->s->put_off_to = r->s->looked_to;
        return code;
    }
    /* Then time-outs: what they change decides whose promises still stand. */
    code = find_timeouts(r->s, pg, now, err);
    code = code == BW_OK ? find_offers(r->s, pg, now, err) : code;
    if (code == BW_OK && r->s->n == 0)
        code = find_levels(r->s, pg, now, err);
    if (code == BW_OK && r->s->n)
        (void)post_round(r, err);
    return code;
}

bw_code bw_sweep_round(struct bw_sweep *s, struct bw_pg *pg, bool *ret_more, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct round r = { .s = s };
    *ret_more = false;
    bw_code code = bw_pg_query(pg, BW_STMT_DUE_ANY, BW_PARAMS(bw_p_time(bw_clock_wall())), &rows, err);
    if (code != BW_OK || !bw_rows_bool(&rows, 0, "any"))
        return code;
    code = bw_tx_run(pg, sweep_locked, &r, err);
    *ret_more = r.stored > 0;
    return code;
}
