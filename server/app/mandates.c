/* SPDX-License-Identifier: Apache-2.0 */
/* mandates.c - mandates granted, revoked and listed; every change with what was before and after.
 * Layer: app.  Threads: the session's owner.  Source: SEC-10. */
#include "bw/app/mandates.h"

#include "bw/domain/code.h"
#include "bw/domain/identity.h"
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
    return rc == BW_E_NOT_FOUND ? refuse(err, "/sender", "no such organisation") : rc;
}

/* before: p == NULL for a grant. */
static bw_code record(struct bw_pg *pg, const struct bw_mandate_row *m, struct bw_str before, const struct bw_uuid *by,
                      bw_time now, struct bw_error *err)
{
    struct bw_buf after BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    struct bw_uuid id = bw_uuid_v7(now);
    bw_buf_init(&after, 64 * 1024);
    bw_json_out_init(&j, &after);
    bw_mandate_json(&j, m);
    if (!bw_buf_ok(&after))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a mandate");
    return bw_pg_query(pg, BW_STMT_MANDATE_CHANGE_INSERT,
                       BW_PARAMS(bw_p_uuid(&id), bw_p_uuid(&m->id), bw_p_time(now), bw_p_uuid(by), bw_p_text(before),
                                 bw_p_text(bw_buf_view(&after))),
                       NULL, err);
}

bw_code bw_mandate_grant(struct bw_pg *pg, const struct bw_mandate_row *m, const struct bw_uuid *by, bw_time now,
                         struct bw_error *err)
{
    bw_code code = check(pg, m, err);
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_MANDATE_INSERT,
                           BW_PARAMS(bw_p_uuid(&m->id), bw_p_text(m->carrier), bw_p_text(m->sender),
                                     bw_p_texts(m->stations, m->n_stations), bw_p_texts(m->codes, m->n_codes),
                                     bw_p_date(m->from), bw_p_date(m->until), bw_p_time(now)),
                           NULL, err);
    return code == BW_OK ? record(pg, m, BW_STR_NONE, by, now, err) : code;
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

/* The mandate as it was, and as it is from now on. */
static bw_code end_one(struct bw_pg *pg, struct bw_mandate_row *m, const struct bw_uuid *by, bw_time now,
                       struct bw_error *err)
{
    struct bw_buf before BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&before, 64 * 1024);
    bw_json_out_init(&j, &before);
    bw_mandate_json(&j, m);
    if (!bw_buf_ok(&before))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a mandate");
    m->revoked_at = now;
    bw_code code = bw_pg_query(pg, BW_STMT_MANDATE_REVOKE, BW_PARAMS(bw_p_uuid(&m->id), bw_p_time(now)), NULL, err);
    return code == BW_OK ? record(pg, m, bw_buf_view(&before), by, now, err) : code;
}

bw_code bw_mandate_revoke(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str carrier, const struct bw_uuid *by,
                          bw_time now, char ret_sender[16], struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_arena arena;
    struct bw_mandate_row m;
    bw_code code = bw_pg_query(pg, BW_STMT_MANDATE_LOCK, BW_PARAMS(bw_p_uuid(id), bw_p_text(carrier)), &rows, err);
    if (code == BW_OK && rows.n == 0)
        code = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such mandate");
    if (code != BW_OK)
        return code;
    bw_arena_init(&arena, 1 << 20);
    if (!row_of(&rows, 0, &arena, &m))
        code = bw_fail(err, BW_E_NOMEM, NULL, "no memory for a mandate");
    else if (m.revoked_at == BW_TIME_NONE)
        code = end_one(pg, &m, by, now, err);
    if (code == BW_OK)
        bw_str_put(m.sender, ret_sender, 16);
    bw_arena_done(&arena);
    return code;
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
    bw_jo_begin(j);
    bw_jkey(j, "changes");
    bw_ja_begin(j);
    for (size_t k = 0; k < rows.n; k++) {
        bw_jo_begin(j);
        bw_jk_time(j, "at", bw_rows_time(&rows, k, "at"));
        bw_jk_str(j, "by", bw_rows_text(&rows, k, "name"));
        bw_jk_str(j, "organisation", bw_rows_text(&rows, k, "organisation"));
        bw_jkey(j, "before");
        if (bw_rows_null(&rows, k, "before"))
            bw_jnull(j);
        else
            bw_jraw(j, bw_rows_text(&rows, k, "before"));
        bw_jkey(j, "after");
        bw_jraw(j, bw_rows_text(&rows, k, "after"));
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
    return BW_OK;
}
