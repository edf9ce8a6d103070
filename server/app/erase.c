/* SPDX-License-Identifier: Apache-2.0 */
/* erase.c - what hangs on a file: who may erase it, its bags, and the event that says so.  Its telegrams stand in
 * erase_raws.c. */
#include "bw/app/erase.h"

#include <stdio.h>

#include "bw/app/erasures.h"
#include "bw/app/ingest.h"
#include "bw/storage/case_sealed.h"
#include "erase_int.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to erase a file");
}

static bool may(const struct bw_principal *who, const char *owner)
{
    if (!who || (who->roles & BW_ADMIN && who->every_carrier))
        return true;
    return who->roles & BW_SUPERVISOR && strcmp(who->own_carrier, owner) == 0; /* a mandate gives neither away */
}

/* The sealed details, where they can still be opened: they alone say how the passenger is called. */
static bw_code take_details(struct bw_erasing *e, struct bw_rows *rows, struct bw_error *err)
{
    bw_code rc = bw_case_unseal(e->app->keys, &e->rq->case_id, rows, 0, e->arena, &e->details, &e->urgent, err);
    if (rc == BW_OK)
        bw_needles_details(&e->needles, e->details);
    return rc == BW_E_NOT_FOUND ? BW_OK : rc;
}

bw_code bw_erase_read_file(struct bw_erasing *e, struct bw_str ref, const struct bw_principal *who,
                           struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_ident ident;
    const char *why;
    bool is_ref = bw_ident_parse_as(BW_IDENT_REF, ref, BW_DATE_NONE, &ident, &why);
    bw_code rc = BW_OK;
    if (is_ref)
        rc = bw_pg_query(e->pg, BW_STMT_ERASE_FILE,
                         BW_PARAMS(bw_p_i16((int16_t)bw_ident_bucket(&ident)), bw_p_c(ident.value)), &rows, err);
    if (rc != BW_OK)
        return rc;
    if (rows.n)
        bw_str_put(bw_rows_text(&rows, 0, "owner"), e->rq->owner, sizeof e->rq->owner);
    if (!rows.n || !may(who, e->rq->owner))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    bw_str_put(bw_str_c(ident.value), e->rq->ref, sizeof e->rq->ref);
    e->rq->case_id = bw_rows_uuid(&rows, 0, "case_id");
    e->rq->erased_at = bw_rows_time(&rows, 0, "erased_at");
    return e->rq->erased_at == BW_TIME_NONE ? take_details(e, &rows, err) : BW_OK;
}

static bw_code take_bags(struct bw_erasing *e, struct bw_rows *rows, struct bw_error *err)
{
    struct bw_uuid *bags = BW_NEW_ARRAY(e->arena, struct bw_uuid, rows->n + 1);
    int32_t *versions = BW_NEW_ARRAY(e->arena, int32_t, rows->n + 1);
    bw_time *until = BW_NEW_ARRAY(e->arena, bw_time, rows->n + 1);
    e->bags = BW_NEW_ARRAY(e->arena, struct bw_uuid, rows->n + 1);
    if (!bags || !versions || !until || !e->bags)
        return no_memory(err);
    for (size_t k = 0; k < rows->n; k++) {
        bags[k] = bw_rows_uuid(rows, k, "bag_id");
        versions[k] = bw_rows_i32(rows, k, "version");
        until[k] = bw_rows_time(rows, k, "until");
        if (until[k] == BW_TIME_NONE)
            e->bags[e->n_bags++] = bags[k];
    }
    e->rq->what.bags = bags;
    e->rq->what.versions = versions;
    e->rq->what.until = until;
    e->rq->what.n_bags = rows->n;
    return BW_OK;
}

bw_code bw_erase_read_bags(struct bw_erasing *e, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    const struct bw_uuid *id = &e->rq->case_id;
    bw_code rc =
        bw_pg_query(e->pg, BW_STMT_ERASE_BAGS, BW_PARAMS(bw_p_i16(bw_id_bucket(id)), bw_p_uuid(id)), &rows, err);
    rc = rc == BW_OK ? take_bags(e, &rows, err) : rc;
    if (rc != BW_OK)
        return rc;
    rc = bw_pg_query(e->pg, BW_STMT_ERASE_PLATES, BW_PARAMS(bw_p_uuids(e->bags, e->n_bags)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        bw_needles_plate(&e->needles, bw_arena_str(e->arena, bw_rows_text(&rows, k, "value")));
    return rc;
}

/* One erasure a file: whoever comes second finds the event. */
static void event_of(struct bw_erase_request *rq, const struct bw_principal *who, const char *why, bw_time at)
{
    struct bw_event *ev = &rq->item.ev;
    bw_event_init(ev);
    ev->code = BW_EV_CASE_ERASED;
    ev->source = BW_SRC_SYSTEM;
    ev->subject = BW_SUBJECT_CASE;
    ev->time_type = BW_ACTUAL;
    ev->time_kind = BW_T_SCAN;
    ev->occurred_at = at;
    bw_str_put(BW_STR("bagwatch"), ev->sender, sizeof ev->sender);
    if (who)
        bw_sender_of(who, ev->sender);
    (void)snprintf(ev->event_id, sizeof ev->event_id, "erase-%s", rq->ref);
    ev->ident.kind = BW_IDENT_ID;
    ev->ident.date = BW_DATE_NONE;
    (void)bw_uuid_text(&rq->case_id, ev->ident.value);
    bw_str_put(bw_str_c(why), ev->data.why, sizeof ev->data.why);
    rq->item.erase = &rq->what;
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .atomic = true };
}

bw_code bw_erase_prepare(const struct bw_app *app, struct bw_pg *pg, struct bw_str ref, const struct bw_principal *who,
                         const char *why, bw_time at, struct bw_arena *arena, struct bw_erase_request **ret,
                         struct bw_error *err)
{
    struct bw_erasing e = { .app = app, .pg = pg, .arena = arena, .now = bw_clock_wall() };
    e.rq = BW_NEW(arena, struct bw_erase_request);
    if (!e.rq)
        return no_memory(err);
    bw_code rc = bw_erase_read_file(&e, ref, who, err);
    if (rc != BW_OK)
        return rc;
    *ret = e.rq;
    if (e.rq->erased_at != BW_TIME_NONE)
        return BW_OK;
    memcpy(e.rq->what.ref, e.rq->ref, sizeof e.rq->ref);
    e.rq->what.case_id = e.rq->case_id;
    rc = bw_erase_read_bags(&e, err);
    rc = rc == BW_OK ? bw_erase_raws(&e, err) : rc;
    event_of(e.rq, who, why, at);
    e.rq->work.arena = arena;
    return rc;
}

bw_code bw_erase_list(const struct bw_app *app, const struct bw_erase_request *rq, struct bw_error *err)
{
    struct bw_erasure_line line = { .at = rq->item.ev.occurred_at, .case_id = rq->case_id };
    if (rq->erased_at != BW_TIME_NONE)
        return BW_OK;
    memcpy(line.ref, rq->ref, sizeof line.ref);
    memcpy(line.why, rq->item.ev.data.why, sizeof line.why);
    return bw_erasures_add(app->erasures, app->keys, &line, err);
}
