/* SPDX-License-Identifier: Apache-2.0 */
/* storms.c - the chore of disruptions: those that are over end, what falls due at the station of one that holds is put
 * off in stages, and where bags lapse in heaps one is proposed.  One instance at a time, by the duty's row lock; what
 * is put off is an event on the log of its bag, whose id is made of promise and time, so it comes once. */
#include <stdlib.h>

#include "bw/app/world.h"
#include "bw/base/log.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"
#include "disruptions_int.h"

#define DUTY "storms"
#define ROOM (5 * BW_MINUTE) /* what falls due so shortly before the end is left where it is */
#define ARENA_MOST (64u << 20)
#define LOOK_EVERY (10 * BW_SECOND)        /* it reads what fell due in half an hour */
enum { MOVE_MOST = 200, ROUNDS_MOST = 5 }; /* then others of the duties have their turn */

struct turn {
    struct bw_storms *o;
    struct bw_pg *pg;
    struct bw_arena *arena;
    bw_time now;
    struct bw_str words[BW_OWE_MAX];
    size_t n_words;
    bool changed; /* what holds: pages speak of it */
};

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for disruptions");
}

/* --- saying --- */

static bw_code say(struct turn *t, struct bw_disruption_work *w, const char *what, struct bw_error *err)
{
    char id[BW_UUID_TEXT];
    bw_code rc = bw_disruption_audience(t->pg, w, err);
    if (rc == BW_OK && !bw_disruption_say(w, what, "bagwatch", NULL, w->d.version, t->now, t->arena))
        rc = no_memory(err);
    rc = rc == BW_OK ? bw_writer_wait(t->o->writer, &w->work, err) : rc;
    if (rc != BW_OK)
        return rc;
    t->changed = true;
    bw_log(BW_INFO, "disruption", BW_LC("what", what), BW_LC("station", w->d.storm.station),
           BW_LC("id", bw_uuid_text(&w->d.storm.id, id)));
    return BW_OK;
}

static bw_code end(struct turn *t, const struct bw_disruption *d, struct bw_error *err)
{
    struct bw_disruption_work *w = BW_NEW(t->arena, struct bw_disruption_work);
    if (!w)
        return no_memory(err);
    bool lapsed = d->state == BW_STORM_PROPOSED || (d->state == BW_STORM_DECLARED && d->asked_until != BW_TIME_NONE);
    w->d = *d;
    w->d.state = BW_STORM_ENDED;
    w->d.ended_at = t->now;
    bw_str_put(lapsed ? BW_STR("lapsed") : BW_STR("over"), w->d.ended_why, sizeof w->d.ended_why);
    return say(t, w, "ended", err);
}

/* --- putting off --- */

static bw_code post(struct turn *t, const struct bw_storm *s, struct bw_rows *rows, struct bw_error *err)
{
    struct bw_item *items = BW_NEW_ARRAY(t->arena, struct bw_item, rows->n);
    if (!items)
        return no_memory(err);
    for (size_t k = 0; k < rows->n; k++) {
        struct bw_promise p;
        if (!bw_row_promise(rows, k, &p))
            return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
        const struct bw_move move = {
            .why = BW_CLOSE_MOVED, .incident = s->id, .since = BW_TIME_NONE, .until = bw_storm_due(&p, s->until)
        };
        bw_move_event(&p, &move, t->now, &items[k].ev);
    }
    struct bw_work work = { .items = items, .n = rows->n, .arena = t->arena };
    return bw_writer_wait(t->o->writer, &work, err);
}

/* What a storm still has to put off, a part at a time. */
static bw_code put_off(struct turn *t, const struct bw_storm *s, struct bw_error *err)
{
    struct bw_str carriers[BW_STORM_CARRIERS];
    size_t n = 0;
    for (size_t k = 0; k < s->n_carriers; k++)
        carriers[n++] = bw_str_c(s->carriers[k]);
    for (int round = 0; round < ROUNDS_MOST; round++) {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        bw_code rc = bw_pg_query(t->pg, BW_STMT_STORM_PROMISES,
                                 BW_PARAMS(bw_p_c(s->station), bw_p_texts(carriers, n),
                                           bw_p_texts(t->words, t->n_words), bw_p_time(s->from - BW_STORM_BEFORE),
                                           bw_p_time(s->until - ROOM), bw_p_time(s->from), bw_p_i32(MOVE_MOST)),
                                 &rows, err);
        if (rc != BW_OK || rows.n == 0)
            return rc;
        rc = post(t, s, &rows, err);
        bw_log(BW_INFO, "disruption.put_off", BW_LC("station", s->station), BW_LI("promises", (int64_t)rows.n));
        if (rc != BW_OK || rows.n < MOVE_MOST)
            return rc;
    }
    return BW_OK;
}

/* --- proposing --- */

static bw_code propose(struct turn *t, struct bw_str station, int64_t bags, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows there = { 0 };
    bw_code rc = bw_pg_query(t->pg, BW_STMT_DISRUPTION_THERE,
                             BW_PARAMS(bw_p_text(station), bw_p_texts(NULL, 0), bw_p_time(t->now - BW_PROPOSAL_LASTS)),
                             &there, err);
    if (rc != BW_OK || there.n)
        return rc;
    struct bw_disruption_work *w = BW_NEW(t->arena, struct bw_disruption_work);
    if (!w)
        return no_memory(err);
    w->d = (struct bw_disruption){
        .storm = { .id = bw_uuid_v7(t->now), .from = BW_TIME_NONE, .until = t->now + BW_PROPOSAL_LASTS },
        .state = BW_STORM_PROPOSED,
        .bags = (int32_t)bags,
        .told_at = t->now,
        .asked_until = BW_TIME_NONE,
        .ended_at = BW_TIME_NONE,
        .told_by = "bagwatch"
    };
    bw_str_put(station, w->d.storm.station, sizeof w->d.storm.station);
    bw_str_put(BW_STR("crowding"), w->d.storm.cause, sizeof w->d.storm.cause);
    return say(t, w, "proposed", err);
}

static bw_code look_for_heaps(struct turn *t, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_time since = t->now - BW_STORM_BEFORE;
    bw_code rc = bw_pg_query(t->pg, BW_STMT_STORM_LAPSED,
                             BW_PARAMS(bw_p_time(since), bw_p_time(t->now), bw_p_texts(t->words, t->n_words),
                                       bw_p_i32(BW_STORM_BAGS)),
                             &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        BW_CLEANUP(bw_rows_done) struct bw_rows owed = { 0 };
        struct bw_str station = bw_rows_text(&rows, k, "station");
        int64_t bags = bw_rows_i64(&rows, k, "bags"), lapsed = bw_rows_i64(&rows, k, "lapsed");
        rc = bw_pg_query(t->pg, BW_STMT_STORM_OWED,
                         BW_PARAMS(bw_p_text(station), bw_p_texts(t->words, t->n_words), bw_p_time(since)), &owed, err);
        if (rc != BW_OK)
            return rc;
        /* Owed there in this half hour: what is owed still, and what was kept within it. */
        int64_t all = bw_rows_i64(&owed, 0, "owed") + bw_rows_i64(&rows, k, "kept");
        if (bw_storm_proposes(bags, lapsed, all))
            rc = propose(t, station, bags, err);
    }
    return rc;
}

/* --- a turn --- */

static bw_code storms_locked(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct turn *t = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows lock = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_DUTY_LOCK, BW_PARAMS(bw_p_c(DUTY)), &lock, err);
    if (rc != BW_OK || lock.n == 0)
        return rc;
    rc = bw_pg_query(pg, BW_STMT_DISRUPTION_OPEN, BW_NO_PARAMS, &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_disruption d;
        if (!bw_disruption_row(&rows, k, &d))
            return bw_fail(err, BW_E_DB, NULL, "a disruption's row does not read back");
        if (d.storm.until <= t->now)
            rc = end(t, &d, err);
        else if (d.state != BW_STORM_PROPOSED && d.storm.from != BW_TIME_NONE)
            rc = put_off(t, &d.storm, err);
    }
    if (rc != BW_OK || (t->o->looked && bw_clock_mono() - t->o->looked < LOOK_EVERY))
        return rc;
    t->o->looked = bw_clock_mono();
    return look_for_heaps(t, err);
}

bw_code bw_storms_turn(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_storms *o = ctx;
    struct bw_arena arena;
    bw_arena_init(&arena, ARENA_MOST);
    struct turn t = { .o = o, .pg = pg, .arena = &arena, .now = bw_clock_wall() };
    t.n_words = bw_storm_words(t.words);
    bw_code rc =
        bw_pg_query(pg, BW_STMT_DUTY_ADD, BW_PARAMS(bw_p_c(DUTY), bw_p_time(t.now), bw_p_c("storms")), NULL, err);
    rc = rc == BW_OK ? bw_tx_run(pg, storms_locked, &t, err) : rc;
    bw_arena_done(&arena);
    if (t.changed)
        bw_worlds_ask(o->worlds);
    return rc;
}
