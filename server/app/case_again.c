/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/case_again.h"

#include "bw/app/bagview.h"
#include "bw/app/case_details.h"
#include "bw/app/cases.h"
#include "bw/base/log.h"
#include "bw/storage/rows.h"

#define SEEN_WITHIN BW_DAY
#define ARENA_MOST (8u << 20)
enum { AT_ONCE = 16 };

/* Of the closed file's details those of this bag alone. */
static void keep_bag(struct bw_details *d, const struct bw_bag *bag)
{
    struct bw_details_bag *bags = d->bags.v;
    size_t at = bag->case_ordinal ? (size_t)bag->case_ordinal - 1 : 0;
    d->bags = at < d->bags.n ? (struct bw_objects){ &bags[at], 1 } : (struct bw_objects){ NULL, 0 };
}

static void opening(const struct bw_case_whole *old, const struct bw_bag *bag, bw_time now, struct bw_case_request *rq)
{
    struct bw_case_new *n = &rq->new_case;
    struct bw_event *ev = &rq->item.ev;
    const struct bw_case *file = &old->file;
    n->n_bags = 1;
    n->linked = file->case_id;
    bw_str_put(bw_str_c(file->station), n->station, sizeof n->station);
    bw_str_put(bw_str_n(file->ref + 3, 2), n->opener, sizeof n->opener);
    memcpy(n->legs, file->legs, sizeof n->legs);
    n->n_legs = file->n_legs;
    bw_random(n->link_hash.b, sizeof n->link_hash.b); /* a link that nobody has: the customer's own leads here */
    bw_event_init(ev);
    ev->code = BW_EV_CASE_OPENED;
    ev->source = BW_SRC_SYSTEM;
    ev->subject = BW_SUBJECT_CASE;
    ev->occurred_at = now > bag->recorded_at ? now : bag->recorded_at;
    bw_str_put(BW_STR("bagwatch"), ev->sender, sizeof ev->sender);
    bw_str_put(bw_str_c(file->owner), ev->carrier,
               sizeof ev->carrier); /* who owned it answers again where no rule fits */
    bw_str_put(bw_str_c(file->station), ev->station, sizeof ev->station);
    bw_str_put(bw_str_c(file->ref), ev->data.linked, sizeof ev->data.linked);
    ev->data.n_stays = file->n_stays;
    memcpy(ev->data.stays, file->stays, sizeof ev->data.stays);
    ev->data.priority = file->priority;
    rq->item.new_case = n;
}

/* A file that was opened by mistake, or twice, is not taken up again. */
static bool was_delayed(const struct bw_case *file)
{
    return strcmp(file->closed_why, "mistaken") != 0 && strcmp(file->closed_why, "duplicate") != 0;
}

static bw_code open_again(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *bag_id,
                          const struct bw_uuid *case_id, struct bw_arena *arena, struct bw_error *err)
{
    bw_time now = bw_clock_wall();
    struct bw_bag *bag = BW_NEW(arena, struct bw_bag);
    struct bw_case_whole *old = BW_NEW(arena, struct bw_case_whole);
    struct bw_case_request *rq = BW_NEW(arena, struct bw_case_request);
    struct bw_ident *ident = BW_NEW(arena, struct bw_ident);
    if (!bag || !old || !rq || !ident)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
    bw_code rc = bw_case_details(pg, app->keys, case_id, arena, old, err);
    if (rc == BW_E_NOT_FOUND)
        return BW_OK; /* erased: there is nobody left to tell */
    rc = rc == BW_OK ? bw_bag_now(pg, bag_id, bag, err) : rc;
    if (rc != BW_OK || !bw_uuid_eq(&bag->case_id, case_id) || !was_delayed(&old->file))
        return rc;
    opening(old, bag, now, rq);
    keep_bag(&old->details, bag);
    ident->kind = BW_IDENT_ID;
    ident->date = BW_DATE_NONE;
    (void)bw_uuid_text(bag_id, ident->value);
    rq->new_case.bags = ident;
    rq->new_case.language = old->details.language;
    rc = bw_case_seal(app->keys, &old->details, arena, &rq->new_case.sealed);
    rc = rc == BW_OK ? bw_case_number(pg, rq, now, err) : rc;
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    rc = rc == BW_OK ? bw_writer_wait(app->writer, &rq->work, err) : rc;
    bool made = rq->work.rc == BW_OK && rq->item.rc == BW_OK; /* else it was refused: another try would be too */
    if (rc != BW_OK && made)
        return rc;
    bw_log(made ? BW_INFO : BW_WARN, "case.opened_again", BW_LC("ref", rq->new_case.ref),
           BW_LC("why", rq->work.rc != BW_OK ? rq->work.err.detail : rq->item.err.detail));
    return BW_OK;
}

bw_code bw_case_again(const struct bw_app *app, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_uuid bag[AT_ONCE], file[AT_ONCE];
    struct bw_arena arena;
    size_t n;
    {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        bw_code rc = bw_pg_query(pg, BW_STMT_DUE_FOUND,
                                 BW_PARAMS(bw_p_time(bw_clock_wall() - SEEN_WITHIN), bw_p_i32(AT_ONCE)), &rows, err);
        if (rc != BW_OK)
            return rc;
        n = rows.n;
        for (size_t k = 0; k < n; k++) {
            bag[k] = bw_rows_uuid(&rows, k, "bag_id");
            file[k] = bw_rows_uuid(&rows, k, "case_id");
        }
    }
    bw_arena_init(&arena, ARENA_MOST);
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        rc = open_again(app, pg, &bag[k], &file[k], &arena, err);
        bw_arena_reset(&arena);
    }
    bw_arena_done(&arena);
    return rc;
}
