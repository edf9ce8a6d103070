/* SPDX-License-Identifier: Apache-2.0 */
/* mandates.c - mandates granted, revoked and listed; every change an event, with what was before and after beside it.
 * Layer: app.  Threads: the session's owner.  Source: SEC-10. */
#include "bw/app/mandates.h"

#include "bw/app/ingest.h"
#include "changes.h"
#include "door_int.h"

static void put_list(struct bw_json_out *j, const char *key, const struct bw_str *v, size_t n)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        bw_jstr(j, v[k]);
    bw_ja_end(j);
}

void bw_mandate_json(struct bw_json_out *j, const struct bw_mandate_row *m)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &m->id);
    bw_jk_str(j, "carrier", m->carrier);
    bw_jk_str(j, "sender", m->sender);
    put_list(j, "stations", m->stations, m->n_stations);
    put_list(j, "codes", m->codes, m->n_codes);
    bw_jk_date(j, "from", m->from);
    bw_jk_date(j, "until", m->until);
    bw_jk_time(j, "made_at", m->made_at);
    bw_jk_time(j, "revoked_at", m->revoked_at);
    bw_jo_end(j);
}

static bw_code refuse(struct bw_error *err, const char *field, const char *why)
{
    return bw_fail(err, BW_E_INVALID_BODY, field, "%s", why);
}

/* A principal has room for so many carriers; who is granted one more would silently lose another. */
static bw_code check_room(struct bw_pg *pg, const struct bw_mandate_row *m, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_str last = BW_STR_NONE;
    unsigned n = 0;
    bw_code code = bw_pg_query(pg, BW_STMT_MANDATE_HELD, BW_PARAMS(bw_p_text(m->sender)), &rows, err);
    for (size_t k = 0; code == BW_OK && k < rows.n; k++) { /* by carrier */
        struct bw_str carrier = bw_rows_text(&rows, k, "carrier");
        if (!bw_rows_null(&rows, k, "revoked_at") || bw_str_eq(carrier, last))
            continue;
        if (bw_str_eq(carrier, m->carrier))
            return BW_OK;
        last = carrier;
        n++;
    }
    if (code == BW_OK && n >= BW_CARRIERS_MAX)
        code =
            bw_fail(err, BW_E_INVALID_BODY, "/sender", "it speaks for %u carriers already, the most that one may", n);
    return code;
}

static bw_code check(struct bw_pg *pg, const struct bw_mandate_row *m, struct bw_error *err)
{
    char kind[16];
    enum bw_event_code code;
    if (bw_str_eq(m->sender, m->carrier))
        return refuse(err, "/sender", "a carrier speaks for itself without a mandate");
    for (size_t k = 0; k < m->n_stations; k++)
        if (!bw_is_station(m->stations[k]))
            return refuse(err, "/stations", "a station is three upper-case letters");
    for (size_t k = 0; k < m->n_codes; k++)
        if (!bw_code_from(m->codes[k], &code))
            return refuse(err, "/codes", "no such event code");
    if (m->from != BW_DATE_NONE && m->until != BW_DATE_NONE && m->until < m->from)
        return refuse(err, "/until", "must not be before from");
    bw_code rc = bw_org_kind(pg, m->sender, kind, err);
    if (rc == BW_E_NOT_FOUND)
        return refuse(err, "/sender", "no such organisation");
    return rc == BW_OK ? check_room(pg, m, err) : rc;
}

/* The mandate as JSON in the arena. */
static struct bw_str as_json(const struct bw_mandate_row *m, struct bw_arena *arena)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, 64 * 1024);
    bw_json_out_init(&j, &b);
    bw_mandate_json(&j, m);
    return bw_buf_ok(&b) ? bw_arena_str(arena, bw_buf_view(&b)) : BW_STR_NONE;
}

/* The mandate's row, and who changed it. */
static bw_code write_rows(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err)
{
    const struct bw_mandate_work *w = ctx;
    const struct bw_mandate_terms *t = &w->terms;
    bw_code rc = w->before.p
                     ? bw_pipe_send(pg, BW_STMT_MANDATE_REVOKE,
                                    BW_PARAMS(bw_p_uuid(&w->row.id), bw_p_time(ev->occurred_at)), err)
                     : bw_pipe_send(pg, BW_STMT_MANDATE_INSERT,
                                    BW_PARAMS(bw_p_uuid(&w->row.id), bw_p_c(ev->carrier), bw_p_text(t->sender),
                                              bw_p_texts(t->stations, t->n_stations), bw_p_texts(t->codes, t->n_codes),
                                              bw_p_date(t->from), bw_p_date(t->until), bw_p_time(ev->occurred_at)),
                                    err);
    if (rc != BW_OK)
        return rc;
    return bw_pipe_send(pg, BW_STMT_MANDATE_CHANGE_INSERT,
                        BW_PARAMS(bw_p_uuid(&ev->uid), bw_p_uuid(&w->row.id), bw_p_time(ev->recorded_at),
                                  bw_p_uuid(&w->account_id), bw_p_text(w->before), bw_p_text(w->after)),
                        err);
}

/* The event, and what stands beside it; before: p == NULL for a grant.  A mandate is granted once and revoked once. */
static bw_code fill(const struct bw_principal *who, struct bw_str before, bw_time now, struct bw_arena *arena,
                    struct bw_mandate_work *w, struct bw_error *err)
{
    const struct bw_mandate_row *m = &w->row;
    struct bw_event *ev = &w->item.ev;
    w->terms =
        (struct bw_mandate_terms){ m->sender, m->stations, m->codes, m->n_stations, m->n_codes, m->from, m->until };
    w->account_id = who->id;
    w->before = before;
    w->after = as_json(m, arena);
    w->side = (struct bw_side){ .id = m->id,
                                .read_version = before.p ? 1 : 0,
                                .state = before.p ? "REVOKED" : "GRANTED",
                                .audience = (const char(*)[4])w->sender,
                                .n_audience = bw_str_copy(m->sender, w->sender[0], sizeof w->sender[0]) ? 1 : 0,
                                .write = write_rows,
                                .ctx = w };
    bw_event_init(ev);
    ev->code = before.p ? BW_EV_MANDATE_REVOKED : BW_EV_MANDATE_GRANTED;
    ev->source = BW_SRC_STAFF;
    ev->subject = BW_SUBJECT_MANDATE;
    ev->occurred_at = now;
    ev->data.mandate = &w->terms;
    bw_sender_of(who, ev->sender);
    bw_str_put(before.p ? BW_STR("mandate.revoked") : BW_STR("mandate.granted"), ev->event_id, sizeof ev->event_id);
    bw_str_put(m->carrier, ev->carrier, sizeof ev->carrier);
    ev->ident.kind = BW_IDENT_ID;
    (void)bw_uuid_text(&m->id, ev->ident.value);
    w->item.side = &w->side;
    w->work = (struct bw_work){ .items = &w->item, .n = 1, .arena = arena };
    return w->after.p ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for a mandate");
}

bw_code bw_mandate_grant(struct bw_pg *pg, const struct bw_principal *who, const struct bw_mandate_row *row,
                         bw_time now, struct bw_arena *arena, struct bw_mandate_work *ret, struct bw_error *err)
{
    *ret = (struct bw_mandate_work){ .row = *row };
    ret->row.id = bw_uuid_v7(now);
    ret->row.made_at = now;
    ret->row.revoked_at = BW_TIME_NONE;
    bw_code code = check(pg, row, err);
    return code == BW_OK ? fill(who, BW_STR_NONE, now, arena, ret, err) : code;
}

static bool row_of(struct bw_rows *rows, size_t k, struct bw_arena *arena, struct bw_mandate_row *to)
{
    struct bw_str *stations, *codes;
    *to = (struct bw_mandate_row){
        .id = bw_rows_uuid(rows, k, "mandate_id"),
        .carrier = bw_arena_str(arena, bw_rows_text(rows, k, "carrier")),
        .sender = bw_arena_str(arena, bw_rows_text(rows, k, "sender")),
        .from = bw_rows_date(rows, k, "valid_from"),
        .until = bw_rows_date(rows, k, "valid_until"),
        .made_at = bw_rows_time(rows, k, "made_at"),
        .revoked_at = bw_rows_time(rows, k, "revoked_at"),
    };
    bool read = bw_row_texts(rows, k, "stations", arena, &stations, &to->n_stations) &&
                bw_row_texts(rows, k, "codes", arena, &codes, &to->n_codes);
    to->stations = read ? stations : NULL;
    to->codes = read ? codes : NULL;
    return read && to->carrier.p && to->sender.p;
}

bw_code bw_mandate_revoke(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id, bw_time now,
                          struct bw_arena *arena, struct bw_mandate_work *ret, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    *ret = (struct bw_mandate_work){ .nothing = true };
    bw_code code = bw_pg_query(pg, BW_STMT_MANDATE_ONE, BW_PARAMS(bw_p_uuid(id), bw_p_c(who->own_carrier)), &rows, err);
    if (code == BW_OK && rows.n == 0)
        code = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such mandate");
    if (code != BW_OK)
        return code;
    struct bw_str before = row_of(&rows, 0, arena, &ret->row) ? as_json(&ret->row, arena) : BW_STR_NONE;
    if (!before.p)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a mandate");
    ret->nothing = ret->row.revoked_at != BW_TIME_NONE;
    if (ret->nothing)
        return BW_OK;
    ret->row.revoked_at = now;
    return fill(who, before, now, arena, ret, err);
}

bw_code bw_mandate_list(struct bw_pg *pg, struct bw_str organisation, struct bw_arena *arena,
                        struct bw_mandate_row **ret, size_t *ret_n, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_MANDATE_LIST, BW_PARAMS(bw_p_text(organisation)), &rows, err);
    if (code != BW_OK)
        return code;
    struct bw_mandate_row *v = BW_NEW_ARRAY(arena, struct bw_mandate_row, rows.n + 1);
    for (size_t k = 0; v && k < rows.n; k++)
        if (!row_of(&rows, k, arena, &v[k]))
            v = NULL;
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list of mandates");
    *ret = v;
    *ret_n = rows.n;
    return BW_OK;
}

bw_code bw_mandate_changes(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str organisation,
                           struct bw_json_out *j, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code =
        bw_pg_query(pg, BW_STMT_MANDATE_CHANGES, BW_PARAMS(bw_p_uuid(id), bw_p_text(organisation)), &rows, err);
    if (code == BW_OK && rows.n == 0)
        code = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such mandate");
    if (code != BW_OK)
        return code;
    bw_changes_json(&rows, j);
    return BW_OK;
}
