/* SPDX-License-Identifier: Apache-2.0 */
/* h_missing.c - GET and POST /missing: a traveller reports a bag that did not come, on a form that works without
 * scripts; the answer leads to the report's own page, which says who decides on it and until when (CASE-02, SEC-11,
 * PAGE-07). Layer: http.  Threads: loop, query worker, writer's completion. */
#include "pages_int.h"

#include <stdio.h>

#include "bw/app/case_report.h"
#include "handlers.h"

/* The form's fields, in the order of the page. */
#define FIELDS(F) F(surname) F(given) F(phone) F(mail) F(town) F(plate) F(description) F(flight) F(date) F(from) F(to)
static const char *const field_names[] = {
#define F(name) #name,
    FIELDS(F)
#undef F
};

static struct bw_str *field_of(struct bw_report_form *form, const char *name)
{
#define F(member)                                                                                                      \
    if (strcmp(name, #member) == 0)                                                                                    \
        return &form->member;
    FIELDS(F)
#undef F
    return NULL;
}

static bool is_wrong(const struct bw_faults *f, const char *name)
{
    for (size_t k = 0; f && k < f->n && k < BW_FAULTS_MAX; k++)
        if (f->v[k].pointer.n && bw_str_eq_c(bw_str_drop(f->v[k].pointer, 1), name))
            return true;
    return false;
}

/* What to write instead, told beside the field in the reader's language; the API's own details are for machines. */
static const char *fault_text(const struct bw_leaf *leaf, const char *name)
{
    char key[40];
    snprintf(key, sizeof key, "missing.fault.%s", name);
    return bw_leaf_text(leaf, bw_catalogue_has(leaf->reader.words, key) ? key : "missing.fault.other", NULL, 0);
}

static void show_form(struct bw_request *rq, int status, struct bw_report_form *form, const struct bw_faults *f)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.missing.title", NULL, 0));
    bw_view_add_bool(a, leaf.view, "faulty", f && f->n);
    for (size_t k = 0; k < BW_LEN(field_names); k++) {
        const char *name = field_names[k];
        struct bw_view *one = bw_view_add_map(a, leaf.view, name);
        const struct bw_str *value = field_of(form, name);
        bw_view_add_str(a, one, "value", value->p ? *value : BW_STR(""));
        if (!is_wrong(f, name))
            continue;
        bw_view_add_bool(a, one, "wrong", true);
        bw_view_add_c(a, one, "why", fault_text(&leaf, name));
    }
    bw_leaf_reply(&leaf, status, "missing");
}

void bw_h_missing(struct bw_request *rq)
{
    struct bw_report_form form = { .surname = BW_STR_NONE };
    show_form(rq, 200, &form, NULL);
}

static void read_form(struct bw_request *rq, struct bw_report_form *form)
{
    for (size_t k = 0; k < BW_LEN(field_names); k++)
        *field_of(form, field_names[k]) = bw_str_trim(bw_request_form(rq, field_names[k]));
    static const char *const codes[] = { "plate", "flight", "from", "to" };
    for (size_t k = 0; k < BW_LEN(codes); k++)
        *field_of(form, codes[k]) = bw_request_code(rq, codes[k]);
    form->language = bw_str_take(bw_str_c(bw_pages_language(bw_pages_app(rq)->pages, rq)->language), 2);
}

struct reporting {
    struct bw_report_form form;
    struct bw_case_request *file;
};

static void reply_report(struct bw_request *rq)
{
    const struct reporting *r = rq->data;
    bw_code rc = r->file->work.rc != BW_OK ? r->file->work.rc : r->file->item.rc;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, r->file->work.rc != BW_OK ? &r->file->work.err : &r->file->item.err);
        return;
    }
    const char *path = bw_arena_printf(&rq->arena, "/t/%s", r->file->token);
    bw_reply_redirect(rq, bw_str_c(path));
}

static void submit_report(struct bw_request *rq)
{
    const struct reporting *r = rq->data;
    bw_request_commit(rq, &r->file->work, reply_report);
}

static void draw_number(struct bw_request *rq, struct bw_pg *pg)
{
    const struct reporting *r = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_case_number(pg, r->file, bw_clock_wall(), &err);
    if (rc == BW_OK)
        bw_request_then(rq, submit_report);
    else
        bw_reply_problem(rq, rc, &err);
}

void bw_h_missing_post(struct bw_request *rq)
{
    struct reporting *r = BW_NEW(&rq->arena, struct reporting);
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (!r || !f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    read_form(rq, &r->form);
    const struct bw_app *app = bw_pages_app(rq);
    const struct bw_world *world = bw_worlds_take(app->worlds);
    bw_code rc = bw_report_request(app, world, &r->form, bw_clock_wall(), &rq->arena, &r->file, f);
    bw_worlds_release(app->worlds, world);
    if (f->n) {
        show_form(rq, 422, &r->form, f);
        return;
    }
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, NULL);
        return;
    }
    rq->data = r;
    bw_request_job(rq, BW_JOB_QUERY, draw_number);
}

/* --- the page of a report that nobody has accepted --- */

/* Where its bags were last seen is all that an unverified report shows of them (SEC-11). */
static void add_places(const struct bw_leaf *leaf, struct bw_bag_seen *const *seen, size_t n)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "bags");
    for (size_t k = 0; k < n; k++) {
        const struct bw_bag *bag = &seen[k]->bag;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "name", bw_leaf_bag(leaf, bag->plate));
        if (bag->last_seen_at == BW_TIME_NONE)
            continue;
        bw_view_add_c(a, one, "place", bw_leaf_place(leaf, bag));
        (void)bw_leaf_when(leaf, one, "seen", bag->last_seen_at);
    }
}

void bw_pages_reported(struct bw_request *rq, const struct bw_world *world, const struct bw_case *file,
                       const struct bw_promise *open, size_t n_open, struct bw_bag_seen *const *seen, size_t n)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    const struct bw_station *home = bw_world_station(world, file->station);
    bw_leaf_zone(&leaf, home ? home->zone : NULL);
    const struct bw_arg args[] = { { "ref", bw_str_c(file->ref) },
                                   { "owner", bw_str_c(bw_carrier_name(world, file->owner)) } };
    bool waits = file->state == BW_CASE_REPORT;
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "reported.title", args, BW_LEN(args)));
    bw_view_add_c(a, leaf.view, "lead",
                  bw_leaf_text(&leaf, waits ? "reported.waits" : "reported.refused", args, BW_LEN(args)));
    bw_view_add_bool(a, leaf.view, "waits", waits);
    if (waits && n_open)
        (void)bw_leaf_when(&leaf, leaf.view, "due", open[0].due_at);
    add_places(&leaf, seen, n);
    bw_leaf_reply(&leaf, 200, "reported");
}
