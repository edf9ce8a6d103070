/* SPDX-License-Identifier: Apache-2.0 */
/* pulse.c - beats, gaps in them, and the OUTAGE event of a gap. */
#include "bw/app/pulse.h"

#include <stdio.h>
#include <stdlib.h>

#include "bw/base/crypto.h"
#include "bw/base/json_out.h"
#include "bw/base/log.h"
#include "bw/storage/writer.h"

#define BEAT_EVERY (5 * BW_SECOND)
#define READY_WITHIN (2 * BW_SECOND)
#define AWAY_LEAST                                                                                                     \
    (2 * BW_SECOND) /* a session that was lost comes back within it, also where the clock jumps just then */
#define BREAK_LEAST (30 * BW_SECOND)    /* less than the least outage, so that none is overlooked */
#define BELIEVED_AFTER (10 * BW_SECOND) /* twice what a beat takes */
#define DEAD_AFTER BW_DAY               /* an instance that has not beaten since */
#define AHEAD_MOST BW_MINUTE            /* a beat from later than that is of a clock that was set back */
enum { ARENA_MOST = 1 << 20, FACTS_MOST = 256 };

struct bw_pulse {
    /* owned by the duties thread */
    struct bw_pulse_options o;
    bw_time suspected, ended; /* since when a gap is looked at, boot clock, 0: none is; and when it ended, wall clock */
    struct bw_arena arena;
};

void bw_vitals_tick(struct bw_vitals *v)
{
    struct bw_error err = { 0 };
    if (v->ready && v->ready(v->ctx, &err) != BW_OK) {
        atomic_store(&v->unready, true);
        return;
    }
    bw_time now = bw_clock_boot(), wall = bw_clock_wall(), last = atomic_load(&v->last);
    /* seen not to be ready, the wall clock alone says for how long; else only a pause is an absence, a jump is none */
    bool away = atomic_load(&v->unready) && now - last > AWAY_LEAST && wall - v->wall > BW_OUTAGE_LEAST;
    if (last && (away || now - last > BREAK_LEAST))
        atomic_fetch_add(&v->breaks, 1); /* before the next store: who sees us ready has seen the break */
    v->wall = wall;
    atomic_store(&v->last, now);
    atomic_store(&v->unready, false);
}

static bool ready(const struct bw_beats *b, bw_time within)
{
    const struct bw_vitals *v = b->vitals;
    bw_time last = atomic_load(&v->last);
    return last && !atomic_load(&v->unready) && bw_clock_boot() - last <= within;
}

bool bw_beats_well(const struct bw_beats *b)
{
    return atomic_load(&b->looked) && ready(b, BREAK_LEAST) &&
           atomic_load(&b->vitals->breaks) == atomic_load(&b->breaks_seen);
}

bool bw_pulse_well(const struct bw_pulse *p)
{
    return bw_beats_well(p->o.beats);
}

static bw_code put(struct bw_beats *b, struct bw_pg *pg, bw_time boot, bw_time now, struct bw_error *err)
{
    bw_code code = bw_pg_query(pg, BW_STMT_PULSE_PUT, BW_PARAMS(bw_p_c(b->instance), bw_p_time(now)), NULL, err);
    if (code == BW_OK)
        atomic_store(&b->at, boot);
    return code;
}

bw_code bw_beats_turn(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_beats *b = ctx;
    /* In this order: paused before we are found well, the beat says no more than that we were there by then. */
    bw_time boot = bw_clock_boot(), now = bw_clock_wall();
    if (boot - atomic_load(&b->at) < BEAT_EVERY || !ready(b, READY_WITHIN) || !bw_beats_well(b))
        return BW_OK;
    return put(b, pg, boot, now, err);
}

bw_code bw_pulse_new(const struct bw_pulse_options *o, struct bw_pulse **ret_take, struct bw_error *err)
{
    struct bw_pulse *p = calloc(1, sizeof *p);
    if (!p)
        return bw_fail(err, BW_E_NOMEM, NULL, "pulse");
    p->o = *o;
    bw_arena_init(&p->arena, ARENA_MOST);
    *ret_take = p;
    return BW_OK;
}

void bw_pulse_free(struct bw_pulse *p)
{
    if (!p)
        return;
    bw_arena_done(&p->arena);
    free(p);
}

/* --- the event of a gap --- */

struct gap {
    struct bw_uuid id;
    bw_time began, ended;
    const char *instance;
};

/* Of several instances that find the same gap one stores it: its beginning names it. */
static struct bw_uuid id_of(bw_time began)
{
    char text[48];
    snprintf(text, sizeof text, "outage %lld", (long long)began);
    struct bw_hash h = bw_sha256(bw_str_c(text));
    return bw_uuid_v8(h.b);
}

static bw_code write_row(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err)
{
    const struct gap *g = ctx;
    (void)ev;
    return bw_pipe_send(pg, BW_STMT_OUTAGE_INSERT,
                        BW_PARAMS(bw_p_uuid(&g->id), bw_p_time(g->began), bw_p_time(g->ended), bw_p_c(g->instance)),
                        err);
}

static struct bw_str facts_of(const struct gap *g, struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, FACTS_MOST);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jk_time(&j, "began", g->began);
    bw_jk_time(&j, "ended", g->ended);
    bw_jk_time(&j, "moves_to", g->ended + BW_OUTAGE_MOVES);
    bw_jo_end(&j);
    return bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
}

/* The item is made anew for each try: the writer completes the event in place. */
static bw_code store(struct bw_pulse *p, const struct gap *g, struct bw_error *err)
{
    struct bw_side side = { .id = g->id, .state = "ENDED", .write = write_row, .ctx = g };
    struct bw_item *item;
    bw_arena_reset(&p->arena);
    item = BW_NEW(&p->arena, struct bw_item);
    struct bw_str facts = facts_of(g, &p->arena);
    if (!item || !facts.p)
        return bw_fail(err, BW_E_NOMEM, NULL, "outage");
    *item = (struct bw_item){ .side = &side };
    struct bw_event *ev = &item->ev;
    bw_event_ours(BW_EV_OUTAGE, BW_SUBJECT_SERVICE, &g->id, g->began, ev);
    bw_str_put(BW_STR("outage"), ev->event_id, sizeof ev->event_id);
    ev->data.facts = facts;
    struct bw_work work = { .items = item, .n = 1, .arena = &p->arena };
    bw_code code = bw_writer_wait(p->o.writer, &work, err);
    if (code == BW_OK && item->outcome == BW_OUT_ACCEPTED) /* else another instance found it first */
        bw_log(BW_WARN, "outage.ended", BW_LI("seconds", (g->ended - g->began) / BW_SECOND));
    return code;
}

/* --- beats --- */

/* A gap is believed when nobody else has beaten within the time that a beat takes: the clock may have jumped just now,
 * and another instance, which took updates all the while, not have beaten since.  Until then *ret_wait. */
static bw_code look_back(struct bw_pulse *p, struct bw_pg *pg, bw_time now, bool *ret_wait, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_PULSE_LAST, BW_PARAMS(bw_p_i64(BW_OUTAGE_LEAST)), &rows, err);
    if (code != BW_OK)
        return code;
    bw_time last = bw_rows_time(&rows, 0, "last");
    bool gap = last != BW_TIME_NONE && now - last > BW_OUTAGE_LEAST && bw_rows_bool(&rows, 0, "used");
    /* A beat since it was suspected makes it another gap, which ends now. */
    if (gap && (!p->suspected || p->ended <= last)) {
        p->suspected = bw_clock_boot();
        p->ended = now;
    }
    *ret_wait = gap && bw_clock_boot() - p->suspected < BELIEVED_AFTER;
    if (*ret_wait)
        return BW_OK;
    p->suspected = 0;
    if (gap) {
        const struct gap g = { id_of(last), last, p->ended, p->o.beats->instance };
        code = store(p, &g, err);
    }
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_PULSE_DROP, BW_PARAMS(bw_p_time(now - DEAD_AFTER), bw_p_time(now + AHEAD_MOST)),
                           NULL, err);
    return code;
}

bw_code bw_pulse_beat(struct bw_pulse *p, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_beats *b = p->o.beats;
    bw_time boot = bw_clock_boot(), now = bw_clock_wall();
    unsigned seen = atomic_load(&b->vitals->breaks);
    if (bw_beats_well(b))
        return bw_beats_turn(b, pg, err);
    if (!ready(b, READY_WITHIN))
        return BW_OK;
    bool wait = false;
    bw_code code = look_back(p, pg, now, &wait, err);
    if (code == BW_OK && !wait)
        code = put(b, pg, boot, now, err);
    if (code != BW_OK || wait)
        return code;
    atomic_store(&b->breaks_seen, seen);
    atomic_store(&b->looked, true);
    return BW_OK;
}

bw_code bw_outages(struct bw_pg *pg, bw_time from, bw_time to, struct bw_outage *ret, size_t *ret_n,
                   struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_OUTAGE_LIST,
                               BW_PARAMS(bw_p_time(from), bw_p_time(to), bw_p_i32(BW_OUTAGES_MOST)), &rows, err);
    *ret_n = code == BW_OK ? rows.n : 0;
    for (size_t k = 0; k < *ret_n; k++)
        ret[k] = (struct bw_outage){ .id = bw_rows_uuid(&rows, k, "outage_id"),
                                     .began = bw_rows_time(&rows, k, "began_at"),
                                     .ended = bw_rows_time(&rows, k, "ended_at"),
                                     .moved = bw_rows_time(&rows, k, "moved_at") };
    return code;
}
