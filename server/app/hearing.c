/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/hearing.h"

#include <stdlib.h>

#include "bw/app/world.h"
#include "bw/domain/feed_health.h"
#include "bw/storage/tx.h"
#include "hearing_int.h"

#define BATCHES_MOST 2000            /* of the journal in one turn; what is left is the next turn's */
#define BEATS_AGAIN (10 * BW_SECOND) /* a heartbeat may be committed behind a younger one */
#define DEAF (2 * BW_MINUTE)
#define ARENA_MOST (128u << 20)

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to listen");
}

/* One sign of life. */
struct sign {
    struct bw_str sender, station, carrier;
    bw_time at;
};

struct turn {
    struct bw_hearing *h;
    struct bw_arena *arena;
    const struct bw_world *world;
    bw_time now, since;
    bool whole;         /* nothing that was committed is left to count */
    struct sign *signs; /* by feed, then by time */
    size_t n_signs;
    struct bw_feed_row *feeds; /* by sender and station */
    size_t n_feeds;
};

static int cmp_feed(struct bw_str sender, struct bw_str station, const struct bw_feed_row *f)
{
    int by = bw_str_cmp(sender, bw_str_c(f->sender));
    return by ? by : bw_str_cmp(station, bw_str_c(f->station));
}

static int cmp_sign(const void *pa, const void *pb)
{
    const struct sign *a = pa, *b = pb;
    int by = bw_str_cmp(a->sender, b->sender);
    by = by ? by : bw_str_cmp(a->station, b->station);
    return by ? by : (a->at > b->at) - (a->at < b->at);
}

/* --- reading --- */

static bool take_signs(struct turn *t, struct bw_rows *rows, bw_time *newest)
{
    for (size_t k = 0; k < rows->n; k++) {
        struct sign *s = &t->signs[t->n_signs];
        s->sender = bw_arena_str(t->arena, bw_rows_text(rows, k, "sender"));
        s->station = bw_arena_str(t->arena, bw_rows_text(rows, k, "station"));
        s->carrier = bw_arena_str(t->arena, bw_rows_text(rows, k, "carrier"));
        s->at = bw_rows_time(rows, k, "at");
        if (!s->sender.p || !s->station.p || !s->carrier.p)
            return false;
        *newest = s->at > *newest ? s->at : *newest;
        t->n_signs += s->sender.n < sizeof t->feeds->sender && s->station.n == 3;
    }
    return true;
}

static bw_code read_signs(struct bw_pg *pg, struct turn *t, int64_t after, int64_t upto, bw_time *beat_at,
                          struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows said = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows beats = { 0 };
    bw_time ignored = 0;
    bw_code rc = upto > after
                     ? bw_pg_query(pg, BW_STMT_FEED_SAID, BW_PARAMS(bw_p_i64(after), bw_p_i64(upto)), &said, err)
                     : BW_OK;
    if (rc == BW_OK)
        rc = bw_pg_query(pg, BW_STMT_FEED_BEATS, BW_PARAMS(bw_p_time(*beat_at - BEATS_AGAIN)), &beats, err);
    if (rc != BW_OK)
        return rc;
    t->n_signs = 0;
    t->signs = BW_NEW_ARRAY(t->arena, struct sign, said.n + beats.n + 1);
    if (!t->signs || !take_signs(t, &said, &ignored) || !take_signs(t, &beats, beat_at))
        return no_memory(err);
    qsort(t->signs, t->n_signs, sizeof *t->signs, cmp_sign);
    return BW_OK;
}

static void new_feed(struct bw_feed_row *f, const struct sign *s)
{
    *f = (struct bw_feed_row){ .silent_from = BW_TIME_NONE, .look_at = BW_TIME_NONE };
    f->id = bw_uuid_v7(s->at);
    bw_str_put(s->sender, f->sender, sizeof f->sender);
    bw_str_put(s->station, f->station, sizeof f->station);
    bw_feed_health_init(&f->health);
}

static int by_name(const void *key, const void *row)
{
    const struct sign *s = key;
    return cmp_feed(s->sender, s->station, row);
}

/* The feeds that the signs are of: those there are, the others begun. */
static bw_code read_feeds(struct bw_pg *pg, struct turn *t, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    t->n_feeds = 0;
    t->feeds = BW_NEW_ARRAY(t->arena, struct bw_feed_row, t->n_signs + 1);
    struct bw_str *sender = BW_NEW_ARRAY(t->arena, struct bw_str, t->n_signs + 1);
    struct bw_str *station = BW_NEW_ARRAY(t->arena, struct bw_str, t->n_signs + 1);
    if (!t->feeds || !sender || !station)
        return no_memory(err);
    for (size_t k = 0; k < t->n_signs; k++) {
        const struct sign *s = &t->signs[k];
        if (t->n_feeds && cmp_feed(s->sender, s->station, &t->feeds[t->n_feeds - 1]) == 0)
            continue;
        sender[t->n_feeds] = s->sender;
        station[t->n_feeds] = s->station;
        new_feed(&t->feeds[t->n_feeds++], s);
    }
    bw_code rc = bw_pg_query(pg, BW_STMT_FEED_KNOWN,
                             BW_PARAMS(bw_p_texts(sender, t->n_feeds), bw_p_texts(station, t->n_feeds)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        const struct sign named = { .sender = bw_rows_text(&rows, k, "sender"),
                                    .station = bw_rows_text(&rows, k, "station") };
        struct bw_feed_row *f = bsearch(&named, t->feeds, t->n_feeds, sizeof *t->feeds, by_name);
        if (f && !bw_feed_row_read(&rows, k, f))
            rc = bw_fail(err, BW_E_DB, NULL, "a feed's row does not read back");
    }
    return rc;
}

/* --- counting --- */

static void add_carrier(struct bw_feed_row *f, struct bw_str carrier)
{
    for (size_t k = 0; k < f->n_carriers; k++)
        if (bw_str_eq_c(carrier, f->carriers[k]))
            return;
    if (carrier.n && f->n_carriers < BW_LEN(f->carriers) &&
        bw_str_copy(carrier, f->carriers[f->n_carriers], sizeof f->carriers[0]))
        f->n_carriers++;
}

static void count(struct turn *t)
{
    struct bw_feed_row *f = t->feeds;
    BW_ASSERT(f || !t->n_signs); /* every sign has a feed */
    for (size_t k = 0; k < t->n_signs; k++) {
        const struct sign *s = &t->signs[k];
        while (cmp_feed(s->sender, s->station, f) != 0)
            f++;
        bool cut = f->silent_from != BW_TIME_NONE || t->since > f->health.last_at;
        bw_feed_heard(&f->health, f->station, t->world, s->at, cut);
        add_carrier(f, s->carrier);
    }
    for (size_t k = 0; k < t->n_feeds; k++)
        t->feeds[k].look_at = bw_feed_row_look(&t->feeds[k], t->world, t->since);
}

/* --- keeping --- */

static int by_id(const void *pa, const void *pb)
{
    return bw_uuid_cmp(&((const struct bw_feed_row *)pa)->id, &((const struct bw_feed_row *)pb)->id);
}

struct columns {
    struct bw_uuid *id;
    struct bw_str *sender, *station, *carriers, *fold;
    bw_time *last, *look;
};

static bool fill(struct turn *t, struct columns *c)
{
    for (size_t k = 0; k < t->n_feeds; k++) {
        const struct bw_feed_row *f = &t->feeds[k];
        BW_CLEANUP(bw_buf_done) struct bw_buf fold = { 0 };
        BW_CLEANUP(bw_buf_done) struct bw_buf carriers = { 0 };
        bw_buf_init(&fold, 4096);
        bw_buf_init(&carriers, 256);
        bw_feed_health_pack(&f->health, &fold);
        for (size_t i = 0; i < f->n_carriers; i++)
            bw_buf_printf(&carriers, "%s%s", i ? " " : "", f->carriers[i]);
        c->id[k] = f->id;
        c->sender[k] = bw_str_c(f->sender);
        c->station[k] = bw_str_c(f->station);
        c->carriers[k] = bw_arena_str(t->arena, bw_buf_view(&carriers));
        c->fold[k] = bw_arena_str(t->arena, bw_buf_view(&fold));
        c->last[k] = f->health.last_at;
        c->look[k] = f->look_at;
        if (!c->carriers[k].p || !c->fold[k].p || !bw_buf_ok(&fold) || !bw_buf_ok(&carriers))
            return false;
    }
    return true;
}

static bw_code keep(struct bw_pg *pg, struct turn *t, struct bw_error *err)
{
    size_t n = t->n_feeds;
    struct columns c = { .id = BW_NEW_ARRAY(t->arena, struct bw_uuid, n + 1),
                         .sender = BW_NEW_ARRAY(t->arena, struct bw_str, 4 * n + 1),
                         .last = BW_NEW_ARRAY(t->arena, bw_time, 2 * n + 1) };
    if (!n)
        return BW_OK;
    if (!c.id || !c.sender || !c.last)
        return no_memory(err);
    c.station = c.sender + n;
    c.carriers = c.station + n;
    c.fold = c.carriers + n;
    c.look = c.last + n;
    qsort(t->feeds, n, sizeof *t->feeds, by_id);
    if (!fill(t, &c))
        return no_memory(err);
    return bw_pg_query(pg, BW_STMT_FEED_PUT,
                       BW_PARAMS(bw_p_uuids(c.id, n), bw_p_texts(c.sender, n), bw_p_texts(c.station, n),
                                 bw_p_texts(c.carriers, n), bw_p_times(c.last, n), bw_p_times(c.look, n),
                                 bw_p_byteas(c.fold, n)),
                       NULL, err);
}

/* --- a turn --- */

/* Since when we have listened: from now on, where nobody did for a while.  Only a process that has just come, or that
 * stood still, can have missed something: a wall clock that jumps has not. */
static bw_time listening_since(const struct bw_hearing *h, bw_time ran_at, bw_time since, bw_time now)
{
    bool away = !h->running || bw_clock_mono() - h->turned > DEAF;
    return away && now - ran_at > DEAF ? now : since;
}

static bw_code hear(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct turn *t = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_arena_reset(t->arena);
    t->whole = false;
    bw_code rc = bw_pg_query(pg, BW_STMT_LISTEN_LOCK, BW_NO_PARAMS, &rows, err);
    if (rc != BW_OK || rows.n == 0)
        return rc;
    int64_t seq = bw_rows_i64(&rows, 0, "seq"), upto = bw_rows_i64(&rows, 0, "last_seq");
    bw_time beat_at = bw_rows_time(&rows, 0, "beat_at");
    t->whole = upto <= seq + BATCHES_MOST;
    upto = t->whole ? upto : seq + BATCHES_MOST;
    t->since = listening_since(t->h, bw_rows_time(&rows, 0, "ran_at"), bw_rows_time(&rows, 0, "since"), t->now);
    rc = read_signs(pg, t, seq, upto, &beat_at, err);
    rc = rc == BW_OK ? read_feeds(pg, t, err) : rc;
    if (rc != BW_OK)
        return rc;
    count(t);
    rc = keep(pg, t, err);
    if (rc != BW_OK)
        return rc;
    return bw_pg_query(pg, BW_STMT_LISTEN_TURN,
                       BW_PARAMS(bw_p_i64(upto), bw_p_time(beat_at), bw_p_time(t->now), bw_p_time(t->since)), NULL,
                       err);
}

bw_code bw_hearing_turn(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_hearing *h = ctx;
    struct bw_arena arena;
    bool changed = false;
    bw_arena_init(&arena, ARENA_MOST);
    const struct bw_world *world = bw_worlds_take(h->worlds);
    struct turn t = { .h = h, .arena = &arena, .world = world, .now = bw_clock_wall() };
    bw_code rc = bw_tx_run(pg, hear, &t, err);
    if (rc == BW_OK) {
        h->running = true;
        h->turned = bw_clock_mono();
    }
    if (rc == BW_OK && t.whole)
        rc = bw_silences_tell(h, pg, world, t.now, &arena, &changed, err);
    bw_worlds_release(h->worlds, world);
    bw_arena_done(&arena);
    return rc == BW_OK && changed ? bw_worlds_load(h->worlds, pg, NULL, err) : rc;
}
