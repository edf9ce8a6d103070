/* SPDX-License-Identifier: Apache-2.0 */
/* telegram_part.c - parts of messages that come one by one: each is kept where it stands in its raw message; whoever
 * finds the last one reads the whole, in the order of its parts, as one telegram of its own (TYB-06).
 * Nothing has to be guarded: a part is stored before the fellows are read, so the later of two sees both, and a whole
 * that two instances complete is the second time a repetition by its event ids.  Layer: app.  Threads: query workers.
 * Source: domain.md 2.2, requirements TYB-01, TYB-06. */
#include "bw/app/world.h"
#include "bw/storage/raw.h"
#include "telegram_int.h"

/* Without origin line or reference nothing but the hour tells two messages of one kind apart. */
#define FELLOWS_NAMED (72 * BW_HOUR)
#define FELLOWS_BARE BW_HOUR
enum { PARTS_MOST = 99 };

bool bw_telegram_waits(const struct bw_telegram *t)
{
    for (size_t k = 0; k < t->read.n_messages; k++)
        if (t->read.messages[k].status == BW_TYPEB_WAITING_FOR_PARTS)
            return true;
    return false;
}

static struct bw_hash content_of(const struct bw_app *app, const struct bw_typeb_message *m)
{
    struct bw_buf text BW_CLEANUP(bw_buf_done);
    bw_buf_init(&text, (size_t)1 << 20);
    for (size_t k = 0; k < m->n_elements; k++) {
        bw_buf_str(&text, m->elements[k].text);
        bw_buf_ch(&text, '\n');
    }
    bw_buf_str(&text, m->end_text);
    BW_ASSERT(bw_buf_ok(&text)); /* a request has 256 KiB */
    struct bw_str parts[] = { BW_STR("part\n"), bw_buf_view(&text) };
    return bw_hmac(&app->keys->installation, parts, BW_LEN(parts));
}

static struct bw_str bytes(const struct bw_hash *h)
{
    return bw_str_n((const char *)h->b, sizeof h->b);
}

/* A part at work. */
struct joining {
    const struct bw_app *app;
    struct bw_pg *pg;
    const struct bw_principal *who;
    struct bw_telegram *t;
    const struct bw_typeb_message *m;
    struct bw_hash content;
    bw_time now;
};

static bw_code keep(const struct joining *k, struct bw_error *err)
{
    const struct bw_work *work = &k->t->work;
    return bw_pg_query(k->pg, BW_STMT_PART_ADD,
                       BW_PARAMS(bw_p_bytea(bytes(&k->m->series)), bw_p_i16(k->m->part), bw_p_bytea(bytes(&k->content)),
                                 bw_p_text(work->raw_sender), bw_p_text(work->raw_carriers),
                                 bw_p_c(bw_smi_word(k->m->smi)), bw_p_uuid(&work->raw_id), bw_p_i32(k->m->ordinal),
                                 bw_p_i32(k->m->first_line), bw_p_i32(k->m->last_line), bw_p_time(k->now)),
                       NULL, err);
}

/* One part's text, envelope and all, as it stands in its raw message. */
static bw_code put_part(const struct joining *k, struct bw_str raw, int32_t ordinal, bw_time received_at,
                        struct bw_buf *to, struct bw_error *err)
{
    struct bw_arena *arena = k->t->work.arena;
    const struct bw_world *world = bw_worlds_take(k->app->worlds);
    struct bw_typeb_ctx ctx = { .world = world, .received_at = received_at, .key = &k->app->keys->installation };
    struct bw_typeb read;
    bw_code rc = bw_typeb_read(raw, &ctx, arena, &read, err);
    bw_worlds_release(k->app->worlds, world);
    if (rc != BW_OK)
        return rc;
    if (ordinal < 1 || (size_t)ordinal > read.n_messages)
        return bw_fail(err, BW_E_DB, NULL, "a part does not stand where it was kept");
    struct bw_typeb one = { .messages = &read.messages[ordinal - 1], .n_messages = 1 };
    bw_typeb_print(&one, to);
    return BW_OK;
}

/* The fellows' texts in the order of their numbers; *ret_at: when the first of them came. */
static bw_code gather(const struct joining *k, struct bw_rows *rows, struct bw_buf *to, bw_time *ret_at,
                      struct bw_error *err)
{
    bw_code rc = BW_OK;
    *ret_at = k->now;
    for (size_t row = 0; rc == BW_OK && row < rows->n; row++) {
        struct bw_uuid raw_id = bw_rows_uuid(rows, row, "raw_id");
        bw_time at = bw_rows_time(rows, row, "received_at");
        struct bw_str raw;
        *ret_at = at < *ret_at ? at : *ret_at;
        rc = bw_raw_open(k->app->keys, &raw_id, rows, row, k->t->work.arena, &raw, err);
        if (rc == BW_OK)
            rc = put_part(k, raw, bw_rows_i32(rows, row, "ordinal"), at, to, err);
    }
    return rc;
}

static bw_code mark(const struct joining *k, struct bw_rows *rows, const struct bw_uuid *whole, struct bw_error *err)
{
    int16_t part[PARTS_MOST];
    struct bw_str content[PARTS_MOST];
    for (size_t row = 0; row < rows->n; row++) {
        part[row] = bw_rows_i16(rows, row, "part");
        content[row] = bw_rows_bytea(rows, row, "content");
    }
    return bw_pg_query(k->pg, BW_STMT_PART_JOINED,
                       BW_PARAMS(bw_p_bytea(bytes(&k->m->series)), bw_p_i16s(part, NULL, rows->n),
                                 bw_p_byteas(content, rows->n), bw_p_uuid(whole)),
                       NULL, err);
}

/* *ret stays NULL while parts are missing. */
static bw_code read_whole(const struct joining *k, struct bw_str text, bw_time at, struct bw_telegram **ret,
                          struct bw_error *err)
{
    struct bw_arena *arena = k->t->work.arena;
    struct bw_telegram *whole = BW_NEW(arena, struct bw_telegram);
    if (!whole)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
    const struct bw_world *world = bw_worlds_take(k->app->worlds);
    bw_code rc = bw_ingest_telegram(k->app, world, k->who, text, at, arena, whole, err);
    bw_worlds_release(k->app->worlds, world);
    if (rc != BW_OK || bw_telegram_waits(whole))
        return rc;
    rc = bw_telegram_lists_bags(whole) ? bw_telegram_lists(k->pg, whole, at, err) : BW_OK;
    if (rc == BW_OK)
        *ret = whole;
    return rc;
}

static bool named(const struct bw_typeb_message *m)
{
    if (m->origin_at != BW_TIME_NONE)
        return true;
    for (size_t k = 0; k < m->n_elements; k++)
        if (m->elements[k].letter == 'V')
            return bw_typeb_field(&m->elements[k], 2).n > 0;
    return false;
}

static bw_code join(const struct joining *k, struct bw_telegram **ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_buf text BW_CLEANUP(bw_buf_done);
    bw_time since = k->now - (named(k->m) ? FELLOWS_NAMED : FELLOWS_BARE), at;
    bw_code rc = keep(k, err);
    if (rc == BW_OK)
        rc = bw_pg_query(k->pg, BW_STMT_PART_FELLOWS,
                         BW_PARAMS(bw_p_bytea(bytes(&k->m->series)), bw_p_i16(k->m->part),
                                   bw_p_bytea(bytes(&k->content)), bw_p_time(since)),
                         &rows, err);
    bw_buf_init(&text, BW_TYPEB_MAX);
    if (rc != BW_OK || rows.n < 2 || rows.n > PARTS_MOST)
        return rc;
    rc = gather(k, &rows, &text, &at, err);
    if (rc == BW_OK && !bw_buf_ok(&text))
        return bw_fail(err, BW_E_TOO_LARGE, NULL, "the parts together are longer than %d bytes", BW_TYPEB_MAX);
    struct bw_str whole = rc == BW_OK ? bw_arena_str(k->t->work.arena, bw_buf_view(&text)) : BW_STR_NONE;
    if (rc == BW_OK && !whole.p)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
    rc = rc == BW_OK ? read_whole(k, whole, at, ret, err) : rc;
    return rc == BW_OK && *ret ? mark(k, &rows, &(*ret)->work.raw_id, err) : rc;
}

static bool have(const struct bw_telegram *whole, const struct bw_uuid *raw_id)
{
    for (; whole; whole = whole->whole)
        if (bw_uuid_eq(&whole->work.raw_id, raw_id))
            return true;
    return false;
}

bw_code bw_telegram_parts(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who, bw_time now,
                          struct bw_telegram *t, struct bw_error *err)
{
    struct bw_telegram **last = &t->whole;
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < t->read.n_messages; k++) {
        struct joining one = { app, pg, who, t, &t->read.messages[k], { { 0 } }, now };
        struct bw_telegram *whole = NULL;
        if (one.m->status != BW_TYPEB_WAITING_FOR_PARTS)
            continue;
        one.content = content_of(app, one.m);
        rc = join(&one, &whole, err);
        if (rc == BW_OK && whole && !have(t->whole, &whole->work.raw_id)) {
            *last = whole;
            last = &whole->whole;
        }
    }
    return rc;
}
