/* SPDX-License-Identifier: Apache-2.0 */
/* silence.c - feeds whose time is up: FEED_SILENT with its incident, once when it begins and once when it ends. */
#include <stdio.h>

#include "bw/base/json_out.h"
#include "bw/base/log.h"
#include "bw/storage/side.h"
#include "bw/storage/tx.h"
#include "bw/storage/writer.h"
#include "hearing_int.h"

enum { TELL_MOST = 100 };

bool bw_feed_row_read(struct bw_rows *rows, size_t k, struct bw_feed_row *ret)
{
    *ret = (struct bw_feed_row){ .look_at = BW_TIME_NONE };
    ret->id = bw_rows_uuid(rows, k, "feed_id");
    ret->version = bw_rows_i32(rows, k, "version");
    ret->silent_from = bw_rows_time(rows, k, "silent_from");
    struct bw_array carriers = bw_rows_array(rows, k, "carriers");
    while (bw_array_next(&carriers) && ret->n_carriers < BW_FEED_CARRIERS)
        if (bw_str_copy(carriers.s, ret->carriers[ret->n_carriers], sizeof ret->carriers[0]))
            ret->n_carriers++;
    return bw_str_copy(bw_rows_text(rows, k, "sender"), ret->sender, sizeof ret->sender) &&
           bw_str_copy(bw_rows_text(rows, k, "station"), ret->station, sizeof ret->station) &&
           bw_feed_health_unpack(bw_rows_bytea(rows, k, "fold"), &ret->health);
}

static bw_time silent_at(const struct bw_feed_row *f, const struct bw_world *world, bw_time since)
{
    bw_time from = f->health.last_at > since ? f->health.last_at : since;
    return bw_feed_silent_at(&f->health, f->station, world, from);
}

bw_time bw_feed_row_look(const struct bw_feed_row *f, const struct bw_world *world, bw_time since)
{
    if (f->silent_from == BW_TIME_NONE)
        return silent_at(f, world, since);
    return f->health.last_at > f->silent_from ? f->health.last_at : BW_TIME_NONE;
}

/* --- one event --- */

struct telling {
    struct bw_feed_row f;
    bool begins;
    bw_time next_look; /* of one that ends */
    struct bw_side side;
    struct bw_item item;
    struct bw_work work;
};

static bw_code write_rows(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err)
{
    const struct telling *t = ctx;
    const struct bw_feed_row *f = &t->f;
    struct bw_str carriers[BW_FEED_CARRIERS];
    for (size_t k = 0; k < f->n_carriers; k++)
        carriers[k] = bw_str_c(f->carriers[k]);
    bw_code rc = bw_pipe_send(pg, BW_STMT_FEED_TOLD,
                              BW_PARAMS(bw_p_uuid(&f->id), bw_p_i32(ev->version),
                                        bw_p_time(t->begins ? f->health.last_at : BW_TIME_NONE),
                                        bw_p_time(t->begins ? BW_TIME_NONE : t->next_look)),
                              err);
    if (rc != BW_OK)
        return rc;
    if (!t->begins)
        return bw_pipe_send(pg, BW_STMT_SILENCE_END,
                            BW_PARAMS(bw_p_uuid(&f->id), bw_p_i32(ev->version - 1), bw_p_time(ev->occurred_at)), err);
    return bw_pipe_send(pg, BW_STMT_SILENCE_INSERT,
                        BW_PARAMS(bw_p_uuid(&f->id), bw_p_i32(ev->version), bw_p_c(f->sender), bw_p_c(f->station),
                                  bw_p_texts(carriers, f->n_carriers), bw_p_time(f->health.last_at),
                                  bw_p_time(ev->recorded_at)),
                        err);
}

static struct bw_str facts_of(const struct telling *t, int64_t gap, struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    struct bw_json_out j;
    bw_buf_init(&b, 4096);
    bw_json_out_init(&j, &b);
    bw_jo_begin(&j);
    bw_jk_texts(&j, "carriers", t->f.carriers[0], sizeof t->f.carriers[0], t->f.n_carriers);
    bw_jk_c(&j, "sender", t->f.sender);
    bw_jk_time(&j, "silent_from", t->begins ? t->f.health.last_at : t->f.silent_from);
    if (t->begins && gap)
        bw_jk_i64(&j, "usual_gap_seconds", gap / BW_SECOND);
    if (!t->begins)
        bw_jk_time(&j, "until", t->f.health.last_at);
    bw_jo_end(&j);
    return bw_buf_ok(&b) ? bw_arena_str(arena, bw_buf_view(&b)) : BW_STR_NONE;
}

static bool make(struct telling *t, const struct bw_world *world, bw_time since, struct bw_arena *arena)
{
    const struct bw_feed_row *f = &t->f;
    struct bw_event *ev = &t->item.ev;
    char id[BW_UUID_TEXT];
    /* An incident begins when the silence was too long, and ends with the sign of life that came. */
    bw_event_ours(BW_EV_FEED_SILENT, BW_SUBJECT_SERVICE, &f->id,
                  t->begins ? silent_at(f, world, since) : f->health.last_at, ev);
    bw_str_put(bw_str_c(f->station), ev->station, sizeof ev->station);
    snprintf(ev->event_id, sizeof ev->event_id, "%s.%d", bw_uuid_text(&f->id, id), f->version + 1);
    ev->data.facts = facts_of(t, bw_feed_usual_gap(&f->health, f->station, world, ev->occurred_at), arena);
    t->side = (struct bw_side){ .id = f->id,
                                .read_version = f->version,
                                .state = t->begins ? "SILENT" : "HEARD",
                                .audience = (const char(*)[4])f->carriers,
                                .n_audience = f->n_carriers,
                                .write = write_rows,
                                .ctx = t };
    t->item.side = &t->side;
    t->work = (struct bw_work){ .items = &t->item, .n = 1, .arena = arena };
    return ev->data.facts.p != NULL;
}

/* --- whose time is up --- */

struct due {
    struct bw_hearing *h;
    const struct bw_world *world;
    bw_time now, since;
    struct bw_arena *arena;
    struct telling *told;
    size_t n_told;
    struct bw_uuid later[TELL_MOST]; /* what was looked at too early: we had not listened */
    bw_time later_at[TELL_MOST];
    size_t n_later;
};

static bw_code sort_out(struct due *d, struct bw_rows *rows, struct bw_error *err)
{
    d->told = BW_NEW_ARRAY(d->arena, struct telling, rows->n + 1);
    if (!d->told)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for silences");
    d->n_told = d->n_later = 0;
    for (size_t k = 0; k < rows->n; k++) {
        struct telling *t = &d->told[d->n_told];
        if (!bw_feed_row_read(rows, k, &t->f))
            return bw_fail(err, BW_E_DB, NULL, "a feed's row does not read back");
        bw_time at = bw_feed_row_look(&t->f, d->world, d->since);
        if (at == BW_TIME_NONE || at > d->now) {
            d->later[d->n_later] = t->f.id;
            d->later_at[d->n_later++] = at;
            continue;
        }
        t->begins = t->f.silent_from == BW_TIME_NONE;
        t->next_look = silent_at(&t->f, d->world, d->since);
        d->n_told++;
    }
    return BW_OK;
}

static bw_code tell(struct due *d, struct telling *t, struct bw_error *err)
{
    if (!make(t, d->world, d->since, d->arena))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for silences");
    bw_code rc = bw_writer_wait(d->h->writer, &t->work, err);
    if (rc == BW_OK)
        bw_log(BW_INFO, t->begins ? "feed.silent" : "feed.heard", BW_LC("sender", t->f.sender),
               BW_LC("station", t->f.station));
    return rc;
}

static bw_code tell_locked(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct due *d = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows lock = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_LISTEN_LOCK, BW_NO_PARAMS, &lock, err);
    if (rc != BW_OK || lock.n == 0)
        return rc;
    d->since = bw_rows_time(&lock, 0, "since");
    rc = bw_pg_query(pg, BW_STMT_FEED_DUE, BW_PARAMS(bw_p_time(d->now), bw_p_i32(TELL_MOST)), &rows, err);
    rc = rc == BW_OK ? sort_out(d, &rows, err) : rc;
    for (size_t k = 0; rc == BW_OK && k < d->n_told; k++)
        rc = tell(d, &d->told[k], err);
    if (rc == BW_OK && d->n_later)
        rc = bw_pg_query(pg, BW_STMT_FEED_LOOK,
                         BW_PARAMS(bw_p_uuids(d->later, d->n_later), bw_p_times(d->later_at, d->n_later)), NULL, err);
    return rc;
}

bw_code bw_silences_tell(struct bw_hearing *h, struct bw_pg *pg, const struct bw_world *world, bw_time now,
                         struct bw_arena *arena, bool *ret_changed, struct bw_error *err)
{
    struct due d = { .h = h, .world = world, .now = now, .arena = arena };
    bw_code rc = bw_tx_run(pg, tell_locked, &d, err);
    *ret_changed = d.n_told > 0;
    return rc;
}
