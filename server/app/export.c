/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/export.h"

#include "bw/app/letters.h"
#include "bw/app/reads.h"
#include "bw/storage/private.h"
#include "bw/storage/raw.h"
#include "erase_int.h"

enum { TEXT_MOST = 32 << 20 };

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for an export");
}

/* A text column by its own name, where it has something. */
static void put_text(struct bw_json_out *j, struct bw_rows *rows, size_t row, const char *column)
{
    bw_jko_str(j, column, bw_rows_text(rows, row, column));
}

static void put_event(const struct bw_erasing *e, struct bw_rows *rows, size_t row, struct bw_json_out *j)
{
    static const char *const texts[] = { "subject", "code",  "sender", "carrier", "source",
                                         "station", "place", "flight", "reason" };
    struct bw_uuid id = bw_rows_uuid(rows, row, "id");
    struct bw_str said;
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &id);
    bw_jk_i64(j, "version", bw_rows_i32(rows, row, "version"));
    for (size_t k = 0; k < BW_LEN(texts); k++)
        put_text(j, rows, row, texts[k]);
    bw_jko_date(j, "flight_date", bw_rows_date(rows, row, "flight_date"));
    bw_jko_time(j, "occurred_at", bw_rows_time(rows, row, "occurred_at"));
    bw_jk_time(j, "recorded_at", bw_rows_time(rows, row, "recorded_at"));
    if (bw_private_open(e->app->keys, rows, row, e->arena, &said)) {
        bw_jkey(j, "private");
        bw_jraw(j, said);
    }
    bw_jo_end(j);
}

static bw_code put_events(const struct bw_erasing *e, struct bw_json_out *j, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    size_t n = e->rq->what.n_bags + 1;
    struct bw_uuid *ids = BW_NEW_ARRAY(e->arena, struct bw_uuid, n);
    bw_time *until = BW_NEW_ARRAY(e->arena, bw_time, n);
    if (!ids || !until)
        return no_memory(err);
    ids[0] = e->rq->case_id;
    until[0] = BW_TIME_NONE;
    for (size_t k = 1; k < n; k++) {
        ids[k] = e->rq->what.bags[k - 1];
        until[k] = e->rq->what.until[k - 1];
    }
    bw_code rc =
        bw_pg_query(e->pg, BW_STMT_EXPORT_EVENTS, BW_PARAMS(bw_p_uuids(ids, n), bw_p_times(until, n)), &rows, err);
    bw_jkey(j, "events");
    bw_ja_begin(j);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++)
        put_event(e, &rows, row, j);
    bw_ja_end(j);
    return rc;
}

/* Of one telegram only what stands in the lines of this file's bags: the rest is other people's. */
static bw_code put_lines(const struct bw_erasing *e, const struct bw_uuid *raw_id, struct bw_str text,
                         struct bw_json_out *j, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows lines = { 0 };
    bw_code rc = bw_pg_query(e->pg, BW_STMT_ERASE_LINES, BW_PARAMS(bw_p_uuid(raw_id), bw_p_uuids(e->bags, e->n_bags)),
                             &lines, err);
    for (size_t row = 0; rc == BW_OK && row < lines.n; row++)
        if (bw_rows_bool(&lines, row, "ours"))
            bw_jstr(j,
                    bw_letter_lines(text, bw_rows_i32(&lines, row, "raw_first"), bw_rows_i32(&lines, row, "raw_last")));
    return rc;
}

static bw_code put_telegrams(const struct bw_erasing *e, struct bw_json_out *j, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(e->pg, BW_STMT_ERASE_RAWS, BW_PARAMS(bw_p_uuids(e->bags, e->n_bags)), &rows, err);
    bw_jkey(j, "telegrams");
    bw_ja_begin(j);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++) {
        struct bw_uuid id = bw_rows_uuid(&rows, row, "raw_id");
        struct bw_str text;
        rc = bw_raw_open(e->app->keys, &id, &rows, row, e->arena, &text, err);
        rc = rc == BW_OK ? put_lines(e, &id, text, j, err) : rc;
    }
    bw_ja_end(j);
    return rc;
}

static bw_code put_links(const struct bw_erasing *e, struct bw_json_out *j, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(e->pg, BW_STMT_LINK_LIST, BW_PARAMS(bw_p_uuid(&e->rq->case_id)), &rows, err);
    bw_jkey(j, "links");
    bw_ja_begin(j);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++) {
        bw_jo_begin(j);
        put_text(j, &rows, row, "kind");
        bw_jk_time(j, "made_at", bw_rows_time(&rows, row, "made_at"));
        bw_jko_time(j, "revoked_at", bw_rows_time(&rows, row, "revoked_at"));
        bw_jo_end(j);
    }
    bw_ja_end(j);
    return rc;
}

/* The pictures themselves are fetched one by one, where the claim names them. */
static bw_code put_pictures(const struct bw_erasing *e, struct bw_json_out *j, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    const struct bw_uuid *id = &e->rq->case_id;
    bw_code rc =
        bw_pg_query(e->pg, BW_STMT_ATTACHMENT_LIST, BW_PARAMS(bw_p_i16(bw_id_bucket(id)), bw_p_uuid(id)), &rows, err);
    bw_jkey(j, "pictures");
    bw_ja_begin(j);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++) {
        struct bw_uuid picture = bw_rows_uuid(&rows, row, "attachment_id");
        bw_jo_begin(j);
        bw_jk_uuid(j, "id", &picture);
        bw_jk_i64(j, "claim", bw_rows_i16(&rows, row, "claim"));
        put_text(j, &rows, row, "media");
        bw_jk_i64(j, "bytes", bw_rows_i32(&rows, row, "bytes"));
        bw_jk_time(j, "stored_at", bw_rows_time(&rows, row, "stored_at"));
        bw_jo_end(j);
    }
    bw_ja_end(j);
    return rc;
}

/* Who was shown what: the organisation and the role; who of its people it was is theirs. */
static bw_code put_reads(const struct bw_erasing *e, struct bw_json_out *j, struct bw_error *err)
{
    struct bw_read_row *v = NULL;
    size_t n = 0;
    bw_code rc = bw_read_list(e->pg, &e->rq->case_id, e->arena, &v, &n, err);
    bw_jkey(j, "reads");
    bw_ja_begin(j);
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        bw_jo_begin(j);
        bw_jk_time(j, "at", v[k].at);
        bw_jk_str(j, "organisation", v[k].organisation);
        bw_jk_str(j, "role", v[k].role);
        bw_jk_str(j, "why", v[k].why);
        bw_jkey(j, "shown");
        bw_ja_begin(j);
        for (size_t i = 0; i < v[k].n_shown; i++)
            bw_jstr(j, v[k].shown[i]);
        bw_ja_end(j);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    return rc;
}

static bw_code put_all(const struct bw_erasing *e, bw_time now, struct bw_json_out *j, struct bw_error *err)
{
    bw_jo_begin(j);
    bw_jk_c(j, "ref", e->rq->ref);
    bw_jk_uuid(j, "case_id", &e->rq->case_id);
    bw_jk_c(j, "owner", e->rq->owner);
    bw_jk_time(j, "exported_at", now);
    bw_jkey(j, "details");
    if (e->details.n)
        bw_jraw(j, e->details);
    else
        bw_jnull(j);
    bw_jko_str(j, "priority_reason", e->urgent);
    bw_code rc = put_events(e, j, err);
    rc = rc == BW_OK ? put_telegrams(e, j, err) : rc;
    rc = rc == BW_OK ? put_pictures(e, j, err) : rc;
    rc = rc == BW_OK ? put_links(e, j, err) : rc;
    rc = rc == BW_OK ? put_reads(e, j, err) : rc;
    bw_jo_end(j);
    return rc;
}

static bool event_of(struct bw_export *x, const struct bw_principal *who, bw_time now, struct bw_arena *arena)
{
    struct bw_principal line = { .kind = BW_P_KEY };
    bw_str_put(BW_STR("bagwatch"), line.organisation, sizeof line.organisation);
    x->work = (struct bw_work){ .items = &x->item, .n = 1, .arena = arena };
    return bw_reveal_event(who ? who : &line, &x->case_id, BW_STR("export"), BW_STR("Everything was exported."), now,
                           arena, &x->item.ev);
}

bw_code bw_export_make(const struct bw_app *app, struct bw_pg *pg, struct bw_str ref, const struct bw_principal *who,
                       bw_time now, struct bw_arena *arena, struct bw_export **ret, struct bw_error *err)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    struct bw_erasing e = { .app = app, .pg = pg, .arena = arena, .now = now };
    struct bw_export *x = BW_NEW(arena, struct bw_export);
    e.rq = BW_NEW(arena, struct bw_erase_request);
    if (!x || !e.rq)
        return no_memory(err);
    bw_code rc = bw_erase_read_file(&e, ref, who, err);
    if (rc == BW_OK && e.rq->erased_at != BW_TIME_NONE)
        rc = bw_fail(err, BW_E_ERASED, NULL, "what this file held of a person was erased");
    rc = rc == BW_OK ? bw_erase_read_bags(&e, err) : rc;
    if (rc != BW_OK)
        return rc;
    bw_buf_init(&text, TEXT_MOST);
    bw_json_out_init(&j, &text);
    rc = put_all(&e, now, &j, err);
    x->case_id = e.rq->case_id;
    x->json = rc == BW_OK && bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    *ret = x;
    return rc != BW_OK || (x->json.p && event_of(x, who, now, arena)) ? rc : no_memory(err);
}
