/* SPDX-License-Identifier: Apache-2.0 */
/* h_outside_page.c - POST /desk/outside: whom to ask about a bag or file of other carriers, from the search box's page,
 * for a reason that is kept.  Layer: http.  Threads: loop, then a query worker.  Source: SEC-14, DESK-01. */
#include "pages_int.h"

#include <stdio.h>

#include "bw/app/lookups.h"
#include "handlers.h"

struct asked {
    struct bw_ident ident;
    struct bw_str q, reason;
};

void bw_leaf_reasons(struct bw_leaf *leaf)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "reasons");
    for (size_t k = 0; bw_lookup_reason(k); k++) {
        char key[64];
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        (void)snprintf(key, sizeof key, "page.outside.reason.%s", bw_lookup_reason(k));
        bw_view_add_c(a, one, "value", bw_lookup_reason(k));
        bw_view_add_c(a, one, "words", bw_leaf_text(leaf, key, NULL, 0));
    }
}

static void page(struct bw_request *rq, const struct bw_world *world, const struct bw_lookup_hit *hits, size_t n,
                 unsigned left)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    const struct asked *asked = rq->data;
    const struct bw_arg args[] = { { "q", asked->q }, { "left", bw_str_c(bw_arena_printf(a, "%u", left)) } };
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.outside.title", args, 1));
    bw_view_add_bool(a, leaf.view, "at_desk", true);
    bw_view_add_c(a, leaf.view, "left", bw_leaf_text(&leaf, "page.outside.left", args, 2));
    bw_view_add_bool(a, leaf.view, "found", n > 0);
    struct bw_view *list = bw_view_add_list(a, leaf.view, "hits");
    for (size_t k = 0; k < n; k++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "plate", hits[k].plate);
        bw_view_add_c(a, one, "ref", hits[k].ref);
        bw_view_add_c(a, one, "ask", bw_leaf_carrier(&leaf, hits[k].ask));
        bw_view_add_bool(a, one, "yours", hits[k].yours);
    }
    bw_leaf_reply(&leaf, 200, "outside");
}

static void look_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    const struct asked *asked = rq->data;
    struct bw_lookup_hit hits[BW_LOOKUP_HITS];
    size_t n = 0;
    unsigned left = 0;
    bw_code rc =
        bw_lookup(pg, &rq->who, &asked->ident, asked->reason, bw_clock_wall(), &rq->arena, hits, &n, &left, &err);
    if (rc == BW_E_RATE_LIMITED) {
        bw_reply_later(rq, rc, &err, 60);
        return;
    }
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    page(rq, world, hits, n, left);
    bw_worlds_release(worlds, world);
}

static bool is_reason(struct bw_str word)
{
    for (size_t k = 0; bw_lookup_reason(k); k++)
        if (bw_str_eq_c(word, bw_lookup_reason(k)))
            return true;
    return false;
}

void bw_h_desk_outside(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    const char *why = NULL;
    bw_date date = BW_DATE_NONE;
    struct asked *asked = BW_NEW(&rq->arena, struct asked);
    struct bw_str day = bw_str_trim(bw_request_form(rq, "date"));
    if (!asked) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    asked->q = bw_str_trim(bw_request_form(rq, "q"));
    asked->reason = bw_request_form(rq, "reason");
    bool good = (!day.n || bw_date_parse(day, &date)) && bw_ident_parse(asked->q, date, &asked->ident, &why);
    enum bw_ident_kind kind = good ? asked->ident.kind : BW_IDENT_NONE;
    if (kind != BW_IDENT_PLATE && kind != BW_IDENT_RUSH && kind != BW_IDENT_REF) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "q", "a whole plate or a file reference is needed"), &err);
        return;
    }
    if (!is_reason(asked->reason)) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "reason", "one of the reasons is needed"), &err);
        return;
    }
    rq->data = asked;
    bw_request_job(rq, BW_JOB_QUERY, look_job);
}
