/* SPDX-License-Identifier: Apache-2.0 */
/* verify.c - pages of subjects, their histories, and the telling of differences. */
#include "verify_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "bw/app/world.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"

#define PAGE_US (60 * BW_SECOND)
enum { ARENA_MAX = 1 << 30, LEAF_MAX = 64 << 10 };

void bw_differs(struct bw_verification *v, const char *kind, const struct bw_uuid *id, const char *fmt, ...)
{
    char line[512], text[BW_UUID_TEXT];
    int n = snprintf(line, sizeof(line), "%s %s: ", kind, bw_uuid_text(id, text));
    va_list args;
    va_start(args, fmt);
    vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, args);
    va_end(args);
    v->r.differences++;
    v->o->tell(v->o->ctx, line);
}

/* --- histories --- */

static void check_leaf(struct bw_verification *v, struct bw_rows *rows, size_t row, const struct bw_event *ev)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf leaf;
    bw_buf_init(&leaf, LEAF_MAX);
    bw_event_leaf(ev, &leaf);
    struct bw_hash hash = bw_leaf_hash(bw_buf_view(&leaf));
    struct bw_str stored = bw_rows_bytea(rows, row, "leaf");
    if (!bw_buf_ok(&leaf) || stored.n != sizeof(hash.b) || memcmp(stored.p, hash.b, sizeof(hash.b)) != 0)
        bw_differs(v, "event", &ev->uid, "its leaf is not the hash of what the row says (version %d)", ev->version);
}

bw_code bw_read_histories(struct bw_verification *v, const struct bw_uuid *ids, size_t n, struct bw_histories *ret,
                          struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    int16_t *buckets = BW_NEW_ARRAY(&v->arena, int16_t, n);
    if (!buckets)
        return bw_fail(err, BW_E_NOMEM, NULL, "histories");
    for (size_t i = 0; i < n; i++)
        buckets[i] = bw_id_bucket(&ids[i]);
    bw_code code = bw_pg_query(v->pg, BW_STMT_EVENT_HISTORY,
                               BW_PARAMS(bw_p_i16s(buckets, NULL, n), bw_p_uuids(ids, n), bw_p_i32(BW_VERIFY_HISTORY)),
                               &rows, err);
    if (code != BW_OK)
        return code;
    ret->v = BW_NEW_ARRAY(&v->arena, struct bw_event, rows.n);
    ret->n = 0;
    if (!ret->v)
        return bw_fail(err, BW_E_NOMEM, NULL, "histories");
    for (size_t i = 0; i < rows.n; i++) {
        struct bw_event *ev = &ret->v[ret->n];
        if (!bw_row_event(&rows, i, &v->arena, ev)) {
            struct bw_uuid id = bw_rows_uuid(&rows, i, "bag_id");
            bw_differs(v, "subject", &id, "event %d does not read back", bw_rows_i32(&rows, i, "version"));
            continue;
        }
        check_leaf(v, &rows, i, ev);
        ret->n++;
    }
    return BW_OK;
}

struct bw_event *bw_history_of(const struct bw_histories *h, const struct bw_uuid *id, size_t *ret_n)
{
    size_t low = 0, high = h->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bw_uuid_cmp(&h->v[middle].bag_id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t n = 0;
    while (low + n < h->n && bw_uuid_eq(&h->v[low + n].bag_id, id))
        n++;
    *ret_n = n;
    return h->v + low;
}

void bw_check_versions(struct bw_verification *v, const char *kind, const struct bw_uuid *id,
                       const struct bw_event *events, size_t n, int32_t version)
{
    v->r.events += n;
    for (size_t i = 0; i < n; i++)
        if (events[i].version != (int32_t)i + 1) {
            bw_differs(v, kind, id, "version %zu is missing, %d follows", i + 1, events[i].version);
            return;
        }
    if (version != (int32_t)n)
        bw_differs(v, kind, id, "the row stands at version %d, the log at %zu", version, n);
}

/* --- pages --- */

static bw_code walk(struct bw_verification *v, bw_tx_body *page, struct bw_error *err)
{
    static const struct bw_uuid least = { { 0, [15] = 1 } }; /* the nil UUID would be NULL */
    v->bucket = -1;
    v->id = least;
    v->more = true;
    while (v->more) {
        bw_arena_reset(&v->arena);
        bw_code code = bw_tx_read(v->pg, page, v, err);
        if (code != BW_OK)
            return code;
    }
    return BW_OK;
}

static bw_code read_world(struct bw_verification *v, struct bw_pg_options o, struct bw_error *err)
{
    struct bw_pg *pg = NULL;
    o.schema = NULL;
    bw_code code = bw_pg_new(&o, &pg, err);
    if (code == BW_OK)
        code = bw_pg_ensure(pg, err);
    if (code == BW_OK)
        code = bw_world_places(pg, &v->world_arena, &v->world, err);
    bw_pg_free(pg);
    return code;
}

bw_code bw_verify(const struct bw_verify_options *o, struct bw_verify_result *ret, struct bw_error *err)
{
    const struct bw_pg_options pg = { .conninfo = o->conninfo,
                                      .name = "verify",
                                      .role = o->role,
                                      .schema = o->schema,
                                      .sets = BW_SET_ADMIN,
                                      .statement_us = PAGE_US,
                                      .call_us = PAGE_US };
    struct bw_verification v = { .o = o };
    bw_code code = bw_pg_new(&pg, &v.pg, err);
    if (code != BW_OK)
        return code;
    bw_arena_init(&v.arena, ARENA_MAX);
    bw_arena_init(&v.world_arena, ARENA_MAX);
    code = read_world(&v, pg, err);
    code = code == BW_OK ? bw_pg_ensure(v.pg, err) : code;
    if (code == BW_OK && (o->parts & BW_VERIFY_BAGS))
        code = walk(&v, bw_verify_bag_page, err);
    if (code == BW_OK && (o->parts & BW_VERIFY_BAGS))
        code = walk(&v, bw_verify_case_page, err);
    if (code == BW_OK && (o->parts & BW_VERIFY_BAGS))
        code = walk(&v, bw_verify_mandate_page, err);
    if (code == BW_OK && (o->parts & BW_VERIFY_BAGS))
        code = walk(&v, bw_verify_book_page, err);
    if (code == BW_OK && (o->parts & BW_VERIFY_JOURNAL))
        code = bw_verify_journal(&v, err);
    bw_arena_done(&v.arena);
    bw_arena_done(&v.world_arena);
    bw_pg_free(v.pg);
    if (code == BW_OK)
        *ret = v.r;
    return code;
}
