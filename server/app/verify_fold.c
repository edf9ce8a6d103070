/* SPDX-License-Identifier: Apache-2.0 */
/* verify_fold.c - bags and cases folded anew from their events, and compared byte by byte and column by column. */
#include <stdlib.h>

#include "bw/domain/watch.h"
#include "bw/storage/rows.h"
#include "verify_int.h"

enum { FOLD_MAX = 64 << 10 };

/* --- bags --- */

static void differ_text(struct bw_verification *v, struct bw_rows *rows, size_t row, const char *col,
                        const char *wanted)
{
    struct bw_uuid id = bw_rows_uuid(rows, row, "bag_id");
    struct bw_str stored = bw_rows_text(rows, row, col);
    if (!bw_str_eq_c(stored, wanted))
        bw_differs(v, "bag", &id, "column %s says \"%.*s\", its events \"%s\"", col, BW_FMT(stored), wanted);
}

static void differ_time(struct bw_verification *v, struct bw_rows *rows, size_t row, const char *col, bw_time wanted)
{
    struct bw_uuid id = bw_rows_uuid(rows, row, "bag_id");
    if (bw_rows_time(rows, row, col) != wanted)
        bw_differs(v, "bag", &id, "column %s differs from what its events give", col);
}

static void check_columns(struct bw_verification *v, struct bw_rows *rows, size_t row, const struct bw_bag *bag)
{
    struct bw_uuid id = bag->bag_id, case_id = bw_rows_uuid(rows, row, "case_id");
    struct bw_uuid joined = bw_rows_uuid(rows, row, "joined_into");
    differ_text(v, rows, row, "plate", bag->plate);
    differ_text(v, rows, row, "short_plate", bag->short_plate);
    differ_text(v, rows, row, "place", bw_place_word(bag->place));
    differ_text(v, rows, row, "station", bag->station);
    differ_text(v, rows, row, "custody", bw_custody_word(bag->custody));
    differ_text(v, rows, row, "custodian", bag->custodian);
    differ_text(v, rows, row, "case_state", bw_case_word(bag->case_state));
    differ_time(v, rows, row, "made_at", bag->made_at);
    differ_time(v, rows, row, "recorded_at", bag->recorded_at);
    differ_time(v, rows, row, "last_seen_at", bag->last_seen_at);
    differ_time(v, rows, row, "last_news_at", bag->last_news_at);
    differ_time(v, rows, row, "timeout_at", bw_bag_timeout_at(bag));
    if (!bw_uuid_eq(&case_id, &bag->case_id) || !bw_uuid_eq(&joined, &bag->joined_into))
        bw_differs(v, "bag", &id, "columns case_id or joined_into differ from what its events give");
    if (bw_rows_bool(rows, row, "watched") != bag->watched || bw_rows_i32(rows, row, "events") != bag->events ||
        bw_rows_date(rows, row, "travel_date") != bag->travel_date)
        bw_differs(v, "bag", &id, "columns watched, events or travel_date differ from what its events give");
    size_t n = 0;
    struct bw_array members = bw_rows_array(rows, row, "members");
    for (; bw_array_next(&members); n++)
        if (n >= bag->n_members || members.s.n != 16 || memcmp(members.s.p, bag->members[n].b, 16) != 0)
            bw_differs(v, "bag", &id, "column members differs from what its events give");
    if (n != bag->n_members)
        bw_differs(v, "bag", &id, "column members has %zu, its events give %u", n, bag->n_members);
}

/* Pointers to every event that counts: the bag's own and those of the logs merged into it. */
static const struct bw_event **gather(struct bw_verification *v, const struct bw_histories *h, const struct bw_bag *bag,
                                      size_t *ret_n)
{
    const struct bw_event **all = BW_NEW_ARRAY(&v->arena, const struct bw_event *, h->n);
    const struct bw_uuid *ids[1 + BW_LEN(bag->members) + BW_LEN(bag->parted)] = { &bag->bag_id };
    size_t n_ids = 1;
    for (size_t k = 0; k < bag->n_members; k++)
        ids[n_ids++] = &bag->members[k];
    for (size_t k = 0; k < bag->n_parted; k++)
        ids[n_ids++] = &bag->parted[k];
    *ret_n = 0;
    for (size_t k = 0; all && k < n_ids; k++) {
        size_t n;
        const struct bw_event *events = bw_history_of(h, ids[k], &n);
        for (size_t i = 0; i < n; i++)
            if (!(events[i].flags & BW_FL_NOT_FOLDED))
                all[(*ret_n)++] = &events[i];
    }
    return all;
}

static bw_code check_bag(struct bw_verification *v, struct bw_rows *rows, size_t row, const struct bw_histories *h,
                         struct bw_error *err)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf packed;
    struct bw_bag *bag = BW_NEW(&v->arena, struct bw_bag);
    struct bw_uuid id = bw_rows_uuid(rows, row, "bag_id");
    bw_buf_init(&packed, FOLD_MAX);
    if (!bag)
        return bw_fail(err, BW_E_NOMEM, NULL, "bags");
    v->r.bags++;
    if (!bw_row_bag(rows, row, bag) || !bw_uuid_eq(&bag->bag_id, &id)) {
        bw_differs(v, "bag", &id, "its fold does not read back");
        return BW_OK;
    }
    size_t n_own, n_all;
    const struct bw_event *own = bw_history_of(h, &id, &n_own);
    bw_check_versions(v, "bag", &id, own, n_own, bag->version);
    if (bag->n_members == 0 && bag->n_parted == 0 && bag->events != (int32_t)n_own)
        bw_differs(v, "bag", &id, "it counts %d events, its log has %zu", bag->events, n_own);
    const struct bw_event **all = gather(v, h, bag, &n_all);
    if (!all)
        return bw_fail(err, BW_E_NOMEM, NULL, "histories");
    if (n_own)
        bag->recorded_at = own[n_own - 1].recorded_at;
    (void)bw_bag_fold(bag, all, n_all, &v->world, NULL);
    bw_bag_pack(bag, &packed);
    if (!bw_str_eq(bw_buf_view(&packed), bw_rows_bytea(rows, row, "fold")))
        bw_differs(v, "bag", &id, "its fold is not what its %zu events give", n_all);
    check_columns(v, rows, row, bag);
    return BW_OK;
}

/* Ids of a page's bags and of all whose logs they read. */
static struct bw_uuid *ids_of(struct bw_verification *v, struct bw_rows *rows, size_t *ret_n)
{
    enum { LOGS = 1 + BW_LEN(((struct bw_bag *)0)->members) + BW_LEN(((struct bw_bag *)0)->parted) };
    struct bw_uuid *ids = BW_NEW_ARRAY(&v->arena, struct bw_uuid, rows->n * LOGS);
    struct bw_bag *bag = BW_NEW(&v->arena, struct bw_bag);
    size_t n = 0;
    for (size_t i = 0; ids && bag && i < rows->n; i++) {
        ids[n++] = bw_rows_uuid(rows, i, "bag_id");
        if (!bw_row_bag(rows, i, bag))
            continue;
        for (size_t k = 0; k < bag->n_members; k++)
            ids[n++] = bag->members[k];
        for (size_t k = 0; k < bag->n_parted; k++)
            ids[n++] = bag->parted[k];
    }
    *ret_n = n;
    return bag ? ids : NULL;
}

static int cmp_id(const void *a, const void *b)
{
    return bw_uuid_cmp(a, b);
}

/* Each id once: a member may have been read as a bag of its own. */
static size_t unique(struct bw_uuid *ids, size_t n)
{
    size_t kept = 0;
    qsort(ids, n, sizeof(*ids), cmp_id);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !bw_uuid_eq(&ids[i], &ids[kept - 1]))
            ids[kept++] = ids[i];
    return kept;
}

bw_code bw_verify_bag_page(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct bw_verification *v = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_histories h = { 0 };
    size_t n;
    bw_code code = bw_pg_query(pg, BW_STMT_VERIFY_BAGS,
                               BW_PARAMS(bw_p_i16(v->bucket), bw_p_uuid(&v->id), bw_p_i32(BW_VERIFY_PAGE)), &rows, err);
    v->more = code == BW_OK && rows.n == BW_VERIFY_PAGE;
    if (code != BW_OK || rows.n == 0)
        return code;
    struct bw_uuid *ids = ids_of(v, &rows, &n);
    if (!ids)
        return bw_fail(err, BW_E_NOMEM, NULL, "bags");
    code = bw_read_histories(v, ids, unique(ids, n), &h, err);
    for (size_t i = 0; code == BW_OK && i < rows.n; i++)
        code = check_bag(v, &rows, i, &h, err);
    v->bucket = bw_rows_i16(&rows, rows.n - 1, "bucket");
    v->id = bw_rows_uuid(&rows, rows.n - 1, "bag_id");
    return code;
}

/* --- cases --- */

static void check_case(struct bw_verification *v, struct bw_rows *rows, size_t row, const struct bw_histories *h)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf packed;
    struct bw_uuid id = bw_rows_uuid(rows, row, "case_id");
    struct bw_case c;
    size_t n;
    bw_buf_init(&packed, FOLD_MAX);
    const struct bw_event *events = bw_history_of(h, &id, &n);
    v->r.cases++;
    bw_check_versions(v, "case", &id, events, n, bw_rows_i32(rows, row, "version"));
    bw_case_init(&c, &id);
    for (size_t i = 0; i < n; i++) {
        bw_case_step(&c, &events[i]);
        c.version = events[i].version;
        c.recorded_at = events[i].recorded_at;
    }
    bw_case_pack(&c, &packed);
    if (!bw_str_eq(bw_buf_view(&packed), bw_rows_bytea(rows, row, "fold")))
        bw_differs(v, "case", &id, "its fold is not what its %zu events give", n);
    if (!bw_str_eq_c(bw_rows_text(rows, row, "ref"), c.ref) ||
        !bw_str_eq_c(bw_rows_text(rows, row, "state"), bw_case_word(c.state)) ||
        !bw_str_eq_c(bw_rows_text(rows, row, "owner"), c.owner))
        bw_differs(v, "case", &id, "columns ref, state or owner differ from what its events give");
    if (bw_rows_time(rows, row, "timeout_at") != c.answer_by)
        bw_differs(v, "case", &id, "column timeout_at differs from what its events give");
}

bw_code bw_verify_case_page(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct bw_verification *v = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_histories h = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_VERIFY_CASES,
                               BW_PARAMS(bw_p_i16(v->bucket), bw_p_uuid(&v->id), bw_p_i32(BW_VERIFY_PAGE)), &rows, err);
    v->more = code == BW_OK && rows.n == BW_VERIFY_PAGE;
    if (code != BW_OK || rows.n == 0)
        return code;
    struct bw_uuid *ids = BW_NEW_ARRAY(&v->arena, struct bw_uuid, rows.n);
    if (!ids)
        return bw_fail(err, BW_E_NOMEM, NULL, "cases");
    for (size_t i = 0; i < rows.n; i++)
        ids[i] = bw_rows_uuid(&rows, i, "case_id");
    code = bw_read_histories(v, ids, unique(ids, rows.n), &h, err);
    for (size_t i = 0; code == BW_OK && i < rows.n; i++)
        check_case(v, &rows, i, &h);
    v->bucket = bw_rows_i16(&rows, rows.n - 1, "bucket");
    v->id = bw_rows_uuid(&rows, rows.n - 1, "case_id");
    return code;
}
