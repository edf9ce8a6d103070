/* SPDX-License-Identifier: Apache-2.0 */
/* h_found.c - bags that a rule found: GET /v1/case-proposals, POST {id}:accept, {id}:dismiss, the same as a page; and
 * POST /v1/bags/{id}:watch.  Layer: http.  Threads: loop, query worker, writer's completion.  Source: CLK-20, CASE-02,
 * BAG-09. */
#include "bw/app/found.h"

#include <stddef.h>

#include "bw/base/log.h"

#include "handlers.h"
#include "pages_int.h"

struct deciding {
    struct bw_uuid id;
    struct bw_str body, reason;
    struct bw_case_request *file;
};
struct watching {
    struct bw_str event_id, for_carrier, bag;
    struct bw_watch_request *done;
};

static bool is_page(const struct bw_request *rq)
{
    return (rq->route->flags & BW_R_PAGE) != 0;
}

/* --- the list --- */

static void members(struct bw_json_out *j, const void *row)
{
    const struct bw_found_bag *p = row;
    bw_jk_uuid(j, "id", &p->id);
    bw_jk_time(j, "made_at", p->made_at);
    bw_jk_str(j, "state", p->state);
    bw_jk_str(j, "why", p->why);
    bw_jk_str(j, "owner", p->owner);
    bw_jk_uuid(j, "bag_id", &p->bag_id);
    bw_jko_str(j, "plate", p->plate);
    bw_jko_str(j, "station", p->station);
    bw_jko_str(j, "flight", p->flight);
    bw_jko_date(j, "flight_date", p->flight_date);
    bw_jko_time(j, "tell_customer_by", p->lands_at);
    bw_jko_time(j, "decided_at", p->decided_at);
    bw_jko_str(j, "decided_by", p->decided_by);
    bw_jko_str(j, "reason", p->reason);
    bw_jko_str(j, "ref", p->ref);
}

static void add_row(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_found_bag *p)
{
    char id[BW_UUID_TEXT], date[BW_DATE_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&p->id, id))));
    bw_view_add_str(a, one, "bag", bw_arena_str(a, bw_str_c(bw_uuid_text(&p->bag_id, id))));
    bw_view_add_str(a, one, "plate", p->plate);
    bw_view_add_str(a, one, "owner", p->owner);
    bw_view_add_str(a, one, "station", p->station);
    bw_view_add_str(a, one, "flight", p->flight);
    bw_view_add_str(a, one, "ref", p->ref);
    if (p->flight_date != BW_DATE_NONE)
        bw_view_add_str(a, one, "date", bw_arena_str(a, bw_str_c(bw_date_text(p->flight_date, date))));
    bw_view_add_c(a, one, "state", bw_leaf_word(leaf, "page.found.state", p->state));
    if (p->reason.n)
        bw_view_add_c(a, one, "reason", bw_leaf_word(leaf, "page.found.reason", p->reason));
    bool own = bw_principal_speaks_for(&leaf->rq->who, p->owner) && leaf->rq->who.roles & BW_DESK;
    bw_view_add_bool(a, one, "waiting", own && bw_str_eq_c(p->state, "waiting"));
    bw_leaf_when(leaf, one, "made", p->made_at);
    if (p->lands_at != BW_TIME_NONE)
        bw_leaf_when(leaf, one, "lands", p->lands_at);
}

static void list_page(struct bw_request *rq, const struct bw_found_bag *v, size_t n)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.found.title", NULL, 0));
    bw_view_add_bool(a, leaf.view, "at_found", true);
    bw_view_add_bool(a, leaf.view, "any", n > 0);
    bw_view_add_c(a, leaf.view, "csrf", rq->who.csrf);
    bw_leaf_when(&leaf, leaf.view, "now", leaf.now);
    struct bw_view *reasons = bw_view_add_list(a, leaf.view, "reasons");
    for (size_t k = 0; bw_found_reasons[k]; k++) {
        struct bw_view *one = bw_view_add_map(a, reasons, NULL);
        bw_view_add_c(a, one, "value", bw_found_reasons[k]);
        bw_view_add_c(a, one, "text", bw_leaf_word(&leaf, "page.found.reason", bw_str_c(bw_found_reasons[k])));
    }
    struct bw_view *list = bw_view_add_list(a, leaf.view, "rows");
    for (size_t k = 0; k < n; k++)
        add_row(&leaf, list, &v[k]);
    bw_leaf_reply(&leaf, 200, "found");
}

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_found_bag *v = NULL;
    struct bw_list_place after = { .at = BW_TIME_NONE }, next;
    size_t n = 0;
    if (!is_page(rq) && !bw_request_after(rq, &after))
        return;
    bw_code rc = bw_found_list(pg, &rq->who, &after, &rq->arena, &v, &n, &next, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
    } else if (is_page(rq)) {
        list_page(rq, v, n);
    } else {
        bw_reply_next(rq, &next);
        bw_reply_rows(rq, "proposals", v, n, sizeof *v, members);
    }
}

void bw_h_found(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

/* The proposal of the path; false: the reply is there. */
static bool with_id(struct bw_request *rq, struct deciding **ret)
{
    struct deciding *d = BW_NEW(&rq->arena, struct deciding);
    rq->data = *ret = d;
    if (d && bw_uuid_parse(bw_request_param(rq, "id"), &d->id) && !bw_uuid_is_nil(&d->id)) /* nil names none */
        return true;
    bw_reply_problem(rq, d ? BW_E_NOT_FOUND : BW_E_BUSY, NULL);
    return false;
}

/* --- accepted --- */

/* The file is open, whatever becomes of this note: the list then says that the bag has one. */
static void job_note(struct bw_request *rq, struct bw_pg *pg)
{
    const struct deciding *d = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_found_accepted(pg, &rq->who, &d->id, d->file->new_case.ref, rq->at_wall, &err);
    if (rc != BW_OK)
        bw_log(BW_WARN, "found.not_noted", BW_LC("code", bw_code_info(rc)->name), BW_LC("why", err.detail));
    bw_once_keep(rq, pg);
}

static void opened(struct bw_request *rq)
{
    const struct deciding *d = rq->data;
    const struct bw_case_request *file = d->file;
    if (bw_reply_unstored(rq, &file->work)) {
        bw_once_done(rq);
        return;
    }
    char *at = bw_arena_printf(&rq->arena, is_page(rq) ? "/desk/cases/%s" : "/v1/cases/%s", file->new_case.ref);
    if (is_page(rq)) {
        bw_reply_redirect(rq, bw_str_c(at));
    } else {
        struct bw_json_reply r;
        bw_case_answer(file, bw_request_origin(rq), bw_json_begin(&r, 128 * 1024));
        bw_reply_header(rq, "Location", bw_str_c(at));
        bw_json_end(rq, 201, &r);
    }
    bw_request_job(rq, BW_JOB_QUERY, job_note);
}

static void submit(struct bw_request *rq)
{
    struct deciding *d = rq->data;
    bw_request_commit(rq, &d->file->work, opened);
}

static void job_accept(struct bw_request *rq, struct bw_pg *pg)
{
    struct deciding *d = rq->data;
    struct bw_error err = { 0 };
    struct bw_faults *f = bw_request_faults(rq);
    if (!f || bw_once_replayed(rq, pg))
        return;
    bw_code rc = bw_found_accept(rq->app, pg, &rq->who, &d->id, d->body, rq->at_wall, &rq->arena, &d->file, f, &err);
    if (rc == BW_OK) {
        bw_request_then(rq, submit);
        return;
    }
    if (f->n)
        bw_reply_refused(rq, rc, f);
    else
        bw_reply_problem(rq, rc, &err);
    bw_once_keep(rq, pg);
}

void bw_h_found_accept(struct bw_request *rq)
{
    struct deciding *d;
    struct bw_faults *f = bw_request_faults(rq);
    if (!with_id(rq, &d))
        return;
    if (!f)
        return;
    bw_code rc = bw_case_members(rq->body, &rq->arena, f);
    if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    d->body = rq->body;
    bw_request_job(rq, BW_JOB_QUERY, job_accept);
}

/* The form knows the passenger's name alone. */
void bw_h_found_accept_page(struct bw_request *rq)
{
    struct deciding *d;
    struct bw_buf b;
    struct bw_json_out j;
    if (!with_id(rq, &d))
        return;
    struct bw_str given = bw_request_form(rq, "given");
    bw_buf_init(&b, 8 * 1024);
    bw_json_out_init(&j, &b);
    bw_jo_begin(&j);
    bw_jkey(&j, "passenger");
    bw_jo_begin(&j);
    bw_jk_str(&j, "surname", bw_str_trim(bw_request_form(rq, "surname")));
    if (bw_str_trim(given).n)
        bw_jk_str(&j, "given", bw_str_trim(given));
    bw_jo_end(&j);
    bw_jo_end(&j);
    d->body = bw_buf_ok(&b) ? bw_arena_str(&rq->arena, bw_buf_view(&b)) : BW_STR("");
    bw_buf_done(&b);
    bw_request_job(rq, BW_JOB_QUERY, job_accept);
}

/* --- dismissed --- */

struct dismiss_in {
    int reason;
};
const struct bw_field bw_found_dismiss_fields[] = {
    { BW_FIELD(struct dismiss_in, reason, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = bw_found_reasons },
    { BW_FIELD_END },
};

static void job_dismiss(struct bw_request *rq, struct bw_pg *pg)
{
    const struct deciding *d = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_found_dismiss(pg, &rq->who, &d->id, d->reason, rq->at_wall, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else if (is_page(rq))
        bw_reply_redirect(rq, BW_STR("/desk/found"));
    else
        bw_reply_empty(rq, 204);
}

void bw_h_found_dismiss(struct bw_request *rq)
{
    struct deciding *d;
    struct dismiss_in in = { .reason = -1 };
    if (!with_id(rq, &d))
        return;
    if (is_page(rq)) {
        struct bw_str said = bw_request_form(rq, "reason");
        for (int k = 0; bw_found_reasons[k]; k++)
            in.reason = bw_str_eq_c(said, bw_found_reasons[k]) ? k : in.reason;
    } else if (!bw_request_json(rq, bw_found_dismiss_fields, &in)) {
        return;
    }
    if (in.reason < 0) {
        struct bw_error err = { 0 };
        bw_reply_problem(rq, bw_fail(&err, BW_E_INVALID_BODY, "/reason", "is needed"), &err);
        return;
    }
    d->reason = bw_str_c(bw_found_reasons[in.reason]);
    bw_request_job(rq, BW_JOB_QUERY, job_dismiss);
}

/* --- staff ask for a watch --- */

static void watched(struct bw_request *rq)
{
    struct watching *w = rq->data;
    struct bw_error err = { 0 };
    bool moot = w->done->work.rc == BW_OK && w->done->item.rc == BW_OK && w->done->item.outcome == BW_OUT_MOOT;
    if (moot && !is_page(rq)) {
        bw_reply_problem(rq,
                         bw_fail(&err, BW_E_FOUND, NULL,
                                 "the bag is watched already, or nobody owes news of it any more"),
                         &err);
        return;
    }
    if (is_page(rq) && w->done->work.rc == BW_OK && w->done->item.rc == BW_OK) {
        char *at = bw_arena_printf(&rq->arena, "/desk/bags/%s", w->done->item.ev.ident.value);
        bw_reply_redirect(rq, bw_str_c(at));
        return;
    }
    rq->data = &w->done->work;
    bw_answer_item(rq);
}

static void submit_watch(struct bw_request *rq)
{
    struct watching *w = rq->data;
    bw_request_commit(rq, &w->done->work, watched);
}

static void job_watch(struct bw_request *rq, struct bw_pg *pg)
{
    struct watching *w = rq->data;
    struct bw_error err = { 0 };
    bw_code rc =
        bw_watch_ask(pg, &rq->who, w->bag, w->event_id, w->for_carrier, rq->at_wall, &rq->arena, &w->done, &err);
    if (rc == BW_OK)
        bw_request_then(rq, submit_watch);
    else
        bw_reply_problem(rq, rc, &err);
}

void bw_h_bag_watch(struct bw_request *rq)
{
    struct watching *w = BW_NEW(&rq->arena, struct watching);
    if (!w) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (is_page(rq)) {
        w->event_id = bw_request_form(rq, "once");
        w->for_carrier = bw_request_form(rq, "for_carrier");
    } else if (!bw_request_json(rq, bw_watch_fields, w)) {
        return;
    }
    w->bag = bw_request_param(rq, "id");
    rq->data = w;
    bw_request_job(rq, BW_JOB_QUERY, job_watch);
}
