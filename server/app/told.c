/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/told.h"

#include "bw/app/sight.h"
#include "bw/storage/rows.h"

static struct bw_str some(struct bw_str s)
{
    return s.n ? s : BW_STR_NONE;
}

static void take(struct bw_rows *rows, size_t row, const char *col, char *to, size_t size)
{
    if (!bw_str_copy(bw_rows_text(rows, row, col), to, size))
        to[0] = '\0';
}

static bool read_message(struct bw_rows *rows, size_t row, const struct bw_principal *who, bw_time now,
                         struct bw_arena *arena, struct bw_chase_told *to)
{
    *to = (struct bw_chase_told){ .id = bw_rows_uuid(rows, row, "chaser_id"),
                                  .kind = bw_arena_str(arena, bw_rows_text(rows, row, "kind")),
                                  .channel = bw_arena_str(arena, bw_rows_text(rows, row, "channel")),
                                  .state = bw_arena_str(arena, bw_rows_text(rows, row, "state")),
                                  .level = bw_rows_i16(rows, row, "level"),
                                  .made_at = bw_rows_time(rows, row, "made_at"),
                                  .not_before = bw_rows_time(rows, row, "not_before") };
    take(rows, row, "receiver", to->receiver, sizeof to->receiver); /* a customer's, which is a case, does not fit */
    take(rows, row, "ref", to->ref, sizeof to->ref);
    take(rows, row, "debtor", to->debtor, sizeof to->debtor);
    take(rows, row, "station", to->station, sizeof to->station);
    bool theirs = who->every_carrier || (to->receiver[0] && bw_sees_carrier(who, bw_str_c(to->receiver), now));
    if (theirs)
        to->body = bw_arena_str(arena, bw_rows_text(rows, row, "body"));
    to->lines = BW_NEW_ARRAY(arena, struct bw_chase_told_line, BW_TOLD_LINES);
    return to->kind.p && to->channel.p && to->state.p && to->lines && (!theirs || to->body.p);
}

static bool read_line(struct bw_rows *rows, size_t row, struct bw_chase_told_line *to)
{
    *to = (struct bw_chase_told_line){ .promise_id = bw_rows_uuid(rows, row, "promise_id"),
                                       .subject_id = bw_rows_uuid(rows, row, "bag_id"),
                                       .due_at = bw_rows_time(rows, row, "due_at"),
                                       .closed_at = bw_rows_time(rows, row, "closed_at") };
    struct bw_str subject = bw_rows_text(rows, row, "subject");
    to->subject = bw_str_eq_c(subject, bw_subject_word(BW_SUBJECT_CASE)) ? BW_SUBJECT_CASE : BW_SUBJECT_BAG;
    take(rows, row, "for_carrier", to->for_carrier, sizeof to->for_carrier);
    take(rows, row, "plate", to->plate, sizeof to->plate);
    take(rows, row, "ref", to->ref, sizeof to->ref);
    return bw_owed_from(bw_rows_text(rows, row, "owed"), &to->owed);
}

static struct bw_chase_told *by_id(struct bw_chase_told *v, size_t n, struct bw_uuid id)
{
    size_t k = 0;
    while (k < n && !bw_uuid_eq(&v[k].id, &id))
        k++;
    return k < n ? &v[k] : NULL;
}

static bw_code read_lines(struct bw_pg *pg, const struct bw_principal *who, struct bw_str ref, bw_time now,
                          struct bw_chase_told *v, size_t n, struct bw_error *err)
{
    struct bw_uuid ids[BW_TOLD_PAGE];
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n_carriers = bw_sight_carriers(who, now, carriers);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    for (size_t k = 0; k < n; k++)
        ids[k] = v[k].id;
    bw_code rc = bw_pg_query(pg, BW_STMT_CHASE_TOLD_LINES,
                             BW_PARAMS(bw_p_uuids(ids, n), bw_p_texts(carriers, n_carriers),
                                       bw_p_bool(who->every_carrier), bw_p_text(some(ref)), bw_p_i32(BW_TOLD_LINES)),
                             &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_chase_told *one = by_id(v, n, bw_rows_uuid(&rows, k, "chaser_id"));
        if (!one || one->n_lines == BW_TOLD_LINES || !read_line(&rows, k, &one->lines[one->n_lines]))
            return bw_fail(err, BW_E_DB, NULL, "a message's promise does not read back");
        one->n_lines++;
        one->all = (size_t)bw_rows_i64(&rows, k, "visible");
    }
    return rc;
}

bw_code bw_chase_told_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_chase_told_ask *ask,
                           bw_time now, struct bw_arena *arena, struct bw_chase_told **ret, size_t *ret_n,
                           struct bw_list_place *ret_next, struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    struct bw_ident ref = { 0 };
    const char *why;
    size_t n_carriers = bw_sight_carriers(who, now, carriers);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    *ret_n = 0;
    *ret_next = (struct bw_list_place){ .at = BW_TIME_NONE };
    *ret = BW_NEW_ARRAY(arena, struct bw_chase_told, BW_TOLD_PAGE);
    if (!*ret)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
    if (ask->ref.n && !bw_ident_parse_as(BW_IDENT_REF, ask->ref, BW_DATE_NONE, &ref, &why))
        return BW_OK;
    bw_code rc = bw_pg_query(pg, BW_STMT_CHASE_TOLD,
                             BW_PARAMS(bw_p_texts(carriers, n_carriers), bw_p_bool(who->every_carrier),
                                       bw_p_text(some(ask->debtor)), bw_p_i16((int16_t)ask->level),
                                       bw_p_i16(ask->ref.n ? bw_ident_bucket(&ref) : 0),
                                       bw_p_text(ask->ref.n ? bw_str_c(ref.value) : BW_STR_NONE),
                                       bw_p_time(ask->after.at), bw_p_uuid(&ask->after.id), bw_p_i32(BW_TOLD_PAGE)),
                             &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        if (!read_message(&rows, k, who, now, arena, &(*ret)[k]))
            return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
    if (rc != BW_OK || !rows.n)
        return rc;
    *ret_n = rows.n;
    if (rows.n == BW_TOLD_PAGE)
        *ret_next = (struct bw_list_place){ (*ret)[rows.n - 1].made_at, (*ret)[rows.n - 1].id };
    return read_lines(pg, who, ask->ref.n ? bw_str_c(ref.value) : BW_STR_NONE, now, *ret, rows.n, err);
}
