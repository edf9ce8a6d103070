/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/bagview.h"

#include <stdlib.h>

#include "bw/app/flights.h"
#include "bw/domain/watch.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"

#define HISTORY_SHOWN 5000
#define CHOICES_MOST 16 /* bags under one name that are looked at */

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a bag");
}

bw_code bw_bags_find(struct bw_pg *pg, const struct bw_ident *ident, struct bw_uuid *ids, size_t max, size_t *ret_n,
                     struct bw_error *err)
{
    *ret_n = 0;
    if (ident->kind == BW_IDENT_ID) {
        if (!bw_uuid_parse(bw_str_c(ident->value), &ids[0]))
            return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such bag");
        *ret_n = 1;
        return BW_OK;
    }
    int16_t bucket = bw_ident_bucket(ident);
    struct bw_str kind = bw_str_c(bw_ident_kind_word(ident->kind)), value = bw_str_c(ident->value);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_ALIAS_READ,
                    BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_texts(&kind, 1), bw_p_texts(&value, 1)), &rows, err);
    if (rc != BW_OK)
        return rc;
    /* without a date the newest window counts: rows come by window */
    bw_date newest = BW_DATE_NONE;
    for (size_t k = 0; k < rows.n; k++) {
        bw_date from = bw_rows_date(&rows, k, "from_date"), until = bw_rows_date(&rows, k, "until_date");
        if (ident->date != BW_DATE_NONE && (ident->date < from || ident->date >= until))
            continue;
        if (ident->date == BW_DATE_NONE && from != newest)
            *ret_n = 0;
        newest = from;
        if (*ret_n < max)
            ids[(*ret_n)++] = bw_rows_uuid(&rows, k, "bag_id");
    }
    return *ret_n ? BW_OK : bw_fail(err, BW_E_NOT_FOUND, NULL, "no such bag");
}

bw_code bw_case_bags(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_uuid *ids, size_t max, size_t *ret_n,
                     struct bw_error *err)
{
    int16_t bucket = bw_id_bucket(case_id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_CASE_BAGS, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(case_id, 1)), &rows, err);
    if (rc != BW_OK)
        return rc;
    *ret_n = rows.n < max ? rows.n : max;
    for (size_t k = 0; k < *ret_n; k++)
        ids[k] = bw_rows_uuid(&rows, k, "bag_id");
    return *ret_n ? BW_OK : bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
}

bw_code bw_feed_position(struct bw_pg *pg, struct bw_cursor *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows head = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_FEED_HEAD, BW_NO_PARAMS, &head, err);
    if (rc == BW_OK)
        *ret = (struct bw_cursor){ (uint32_t)bw_rows_i32(&head, 0, "epoch"),
                                   (uint64_t)bw_rows_i64(&head, 0, "last_index") };
    return rc;
}

/* --- one snapshot --- */

struct look {
    struct bw_uuid bag_id;
    unsigned want;
    struct bw_arena *arena;
    struct bw_bag_seen *seen;
};

bw_code bw_bag_now(struct bw_pg *pg, const struct bw_uuid *id, struct bw_bag *ret, struct bw_error *err)
{
    struct bw_uuid at = *id;
    for (int hop = 0; hop < 4; hop++) {
        int16_t bucket = bw_id_bucket(&at);
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        bw_code rc =
            bw_pg_query(pg, BW_STMT_BAG_READ, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(&at, 1)), &rows, err);
        if (rc != BW_OK)
            return rc;
        if (!rows.n)
            return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such bag");
        if (!bw_row_bag(&rows, 0, ret))
            return bw_fail(err, BW_E_DB, NULL, "the fold of a bag does not read back");
        if (bw_uuid_is_nil(&ret->joined_into))
            return BW_OK;
        at = ret->joined_into;
    }
    return BW_OK;
}

bw_code bw_open_of(struct bw_pg *pg, const struct bw_uuid *id, struct bw_promise *to, size_t *ret_n,
                   struct bw_error *err)
{
    int16_t bucket = bw_id_bucket(id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_PROMISE_OPEN, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n && *ret_n < BW_VIEW_PROMISES; k++) {
        if (!bw_row_promise(&rows, k, &to[*ret_n]))
            return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
        ++*ret_n;
    }
    return rc;
}

static bw_code read_file(struct bw_pg *pg, struct bw_bag_seen *s, struct bw_error *err)
{
    if (bw_uuid_is_nil(&s->bag.case_id))
        return BW_OK;
    int16_t bucket = bw_id_bucket(&s->bag.case_id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CASE_READ,
                             BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(&s->bag.case_id, 1)), &rows, err);
    if (rc != BW_OK || !rows.n)
        return rc;
    if (!bw_row_case(&rows, 0, &s->file))
        return bw_fail(err, BW_E_DB, NULL, "the fold of a file does not read back");
    s->has_case = true;
    return bw_open_of(pg, &s->bag.case_id, s->case_open, &s->n_case_open, err);
}

/* Newest recorded first; within one instant the later version first. */
static int cmp_newest(const void *pa, const void *pb)
{
    const struct bw_event *a = *(struct bw_event *const *)pa, *b = *(struct bw_event *const *)pb;
    if (a->recorded_at != b->recorded_at)
        return a->recorded_at < b->recorded_at ? 1 : -1;
    return (a->version < b->version) - (a->version > b->version);
}

static bool is_parted(const struct bw_bag *bag, const struct bw_uuid *id)
{
    for (size_t k = 0; k < bag->n_parted; k++)
        if (bw_uuid_eq(&bag->parted[k], id))
            return true;
    return false;
}

static bw_code read_history(struct bw_pg *pg, struct look *l, struct bw_error *err)
{
    struct bw_bag_seen *s = l->seen;
    int16_t bucket[2 + BW_LEN(s->bag.members) + BW_LEN(s->bag.parted)];
    struct bw_uuid id[BW_LEN(bucket)];
    size_t n = 0;
    id[n++] = s->bag.bag_id;
    for (size_t k = 0; k < s->bag.n_members; k++)
        id[n++] = s->bag.members[k];
    if (s->has_case)
        id[n++] = s->file.case_id;
    for (size_t k = 0; k < s->bag.n_parted; k++)
        id[n++] = s->bag.parted[k];
    for (size_t k = 0; k < n; k++)
        bucket[k] = bw_id_bucket(&id[k]);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_EVENT_HISTORY,
                    BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_i32(HISTORY_SHOWN)), &rows, err);
    if (rc != BW_OK)
        return rc;
    s->history = BW_NEW_ARRAY(l->arena, struct bw_event *, rows.n + 1);
    s->apart = BW_NEW_ARRAY(l->arena, struct bw_event *, rows.n + 1);
    if (!s->history || !s->apart)
        return no_memory(err);
    for (size_t k = 0; k < rows.n; k++) {
        struct bw_event *ev = BW_NEW(l->arena, struct bw_event);
        if (!ev)
            return no_memory(err);
        if (!bw_row_event(&rows, k, l->arena, ev))
            return bw_fail(err, BW_E_DB, NULL, "an event row does not read back");
        if (is_parted(&s->bag, &ev->bag_id))
            s->apart[s->n_apart++] = ev;
        else
            s->history[s->n_history++] = ev;
    }
    qsort(s->history, s->n_history, sizeof *s->history, cmp_newest);
    return BW_OK;
}

static bw_code look(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct look *l = ctx;
    *l->seen = (struct bw_bag_seen){ 0 };
    bw_code rc = bw_feed_position(pg, &l->seen->complete_to, err);
    rc = rc == BW_OK ? bw_bag_now(pg, &l->bag_id, &l->seen->bag, err) : rc;
    rc = rc == BW_OK ? bw_open_of(pg, &l->seen->bag.bag_id, l->seen->open, &l->seen->n_open, err) : rc;
    rc = rc == BW_OK ? read_file(pg, l->seen, err) : rc;
    rc = rc == BW_OK ? bw_flights_of(pg, &l->seen->bag, l->arena, &l->seen->flights, &l->seen->n_flights, err) : rc;
    return rc == BW_OK && (l->want & BW_WANT_HISTORY) ? read_history(pg, l, err) : rc;
}

bw_code bw_bag_see(struct bw_pg *pg, const struct bw_uuid *bag_id, unsigned want, struct bw_arena *arena,
                   struct bw_bag_seen **ret, struct bw_error *err)
{
    struct look l = { *bag_id, want, arena, BW_NEW(arena, struct bw_bag_seen) };
    if (!l.seen)
        return no_memory(err);
    bw_code rc = bw_tx_read(pg, look, &l, err);
    if (rc == BW_OK)
        *ret = l.seen;
    return rc;
}

/* A statement that stands on the bag and on its case is one statement. */
static void mark(void *ctx, const struct bw_event *ev, enum bw_mark what)
{
    const struct bw_bag_seen *seen = ctx;
    for (size_t k = 0; k < seen->n_history; k++) {
        struct bw_event *one = seen->history[k];
        bool copy = one->subject == BW_SUBJECT_CASE && one->code == ev->code && strcmp(one->sender, ev->sender) == 0 &&
                    strcmp(one->event_id, ev->event_id) == 0;
        if (one == ev || copy)
            one->marks |= what;
    }
}

bw_code bw_bag_mark(const struct bw_bag_seen *seen, const struct bw_world *world, struct bw_arena *arena,
                    struct bw_error *err)
{
    size_t n = 0;
    bool any = false;
    struct bw_bag *bag = BW_NEW(arena, struct bw_bag);
    const struct bw_event **events = BW_NEW_ARRAY(arena, const struct bw_event *, seen->n_history + seen->n_apart + 1);
    if (!bag || !events)
        return no_memory(err);
    for (size_t k = 0; k < seen->n_history; k++) {
        const struct bw_event *ev = seen->history[k];
        any = any || ev->code == BW_EV_CORRECTION || bw_code_row(ev->code)->flags & BW_CF_SIGHTING;
        if (ev->subject == BW_SUBJECT_BAG && !(ev->flags & BW_FL_NOT_FOLDED))
            events[n++] = ev;
    }
    for (size_t k = 0; k < seen->n_apart; k++)
        if (!(seen->apart[k]->flags & BW_FL_NOT_FOLDED))
            events[n++] = seen->apart[k];
    if (!any || n > BW_HISTORY_MAX)
        return BW_OK;
    *bag = seen->bag;
    struct bw_told told = { .mark = mark, .ctx = (void *)(uintptr_t)seen };
    (void)bw_bag_fold(bag, events, n, world, &told);
    return BW_OK;
}

bool bw_bag_quiet(const struct bw_bag_seen *seen, const struct bw_world *world, bw_time now)
{
    struct bw_world with = *world;
    with.flights = seen->flights;
    with.n_flights = seen->n_flights;
    bw_time at = bw_bag_quiet_at(&seen->bag, &with);
    return at != BW_TIME_NONE && at <= now;
}

bw_code bw_bag_one(struct bw_pg *pg, const struct bw_bag_naming *of, struct bw_arena *arena, struct bw_uuid *ret_id,
                   struct bw_bag_seen **ret, struct bw_error *err)
{
    struct bw_uuid ids[CHOICES_MOST];
    size_t n = 0, meant = 0;
    bw_code rc = bw_bags_find(pg, of->ident, ids, BW_LEN(ids), &n, err);
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        struct bw_bag_seen *seen;
        rc = bw_bag_see(pg, &ids[k], of->want, arena, &seen, err);
        if (rc != BW_OK || !of->may(seen, of->who, of->ctx))
            continue;
        if (meant && bw_uuid_eq(&seen->bag.bag_id, &(*ret)->bag.bag_id))
            continue; /* they were joined */
        if (meant++)
            return bw_fail(err, of->several, NULL, "%s fits several bags: name the one by our id", of->ident->value);
        *ret_id = ids[k];
        *ret = seen;
    }
    return rc != BW_OK || meant ? rc : bw_fail(err, BW_E_NOT_FOUND, NULL, "no such bag");
}

bool bw_bag_spoke(const struct bw_bag_seen *seen, const struct bw_principal *who)
{
    for (size_t k = 0; k < seen->n_history; k++)
        if (bw_said_by(seen->history[k], who))
            return true;
    return false;
}
