/* SPDX-License-Identifier: Apache-2.0 */
/* h_wait_page.c - what the customer is asked for: GET /t/{token}/needed says it and has the form, POST gives it; and
 * that the customer opened a page with the request on it.  That stops clocks, so it is taken from a browser that went
 * to the page by its user's will (Fetch Metadata): what looks at links for a mail program or a messenger, fetches ahead
 * or has no such headers reaches nobody.  Works without scripts; Origin is checked, and the link is the customer's
 * right (PAGE-07). Layer: http.  Threads: loop, query worker, writer's completion.  Source: CLK-18, PAGE-07, PAGE-11.
 */
#include "pages_int.h"

#include <stdio.h>

#include "bw/app/needed.h"
#include "handlers.h"

/* --- opening --- */

static bool says(const struct bw_request *rq, const char *header, const char *word)
{
    return bw_str_eq_c(bw_request_header(rq, header), word);
}

static bool by_will(const struct bw_request *rq)
{
    bool ahead = bw_request_header(rq, "Sec-Purpose").p || bw_request_header(rq, "Purpose").p;
    return rq->method == BW_GET && says(rq, "Sec-Fetch-Mode", "navigate") && says(rq, "Sec-Fetch-Dest", "document") &&
           !ahead && rq->who.kind == BW_P_LINK && !rq->who.companion;
}

struct opening {
    struct bw_needed_request *told;
    bw_handler *then;
};

static void submit_opening(struct bw_request *rq)
{
    const struct opening *o = rq->data;
    bw_request_commit(rq, &o->told->work, o->then);
}

bool bw_wait_opens(struct bw_request *rq, struct bw_pg *pg, bw_handler *then)
{
    struct bw_needed needed;
    struct bw_error err = { 0 };
    if (!by_will(rq) || bw_needed_read(pg, &rq->who, &needed, &err) != BW_OK || !needed.wait.needs[0] ||
        needed.file.wait.reached_at)
        return false;
    struct opening *o = BW_NEW(&rq->arena, struct opening);
    if (!o)
        return false;
    *o = (struct opening){ bw_needed_opened(&needed, &rq->arena), then };
    if (!o->told)
        return false;
    rq->data = o;
    bw_request_then(rq, submit_opening);
    return true;
}

/* --- the page --- */

/* What the form held when it was not taken. */
struct filled {
    struct bw_str note;
    const char *notice; /* a key; NULL none */
    bool faulty;
};

static void add_form(const struct bw_leaf *leaf, const struct bw_needed *needed, const struct filled *filled)
{
    char key[40], once[17];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_wait *w = &needed->wait;
    struct bw_view *form = bw_view_add_map(a, leaf->view, "needs");
    BW_CLEANUP(bw_buf_done) struct bw_buf time;
    bw_buf_init(&time, 256);
    bw_say_time(&leaf->reader, w->asked_at, &time);
    const struct bw_arg args[] = { { "carrier", bw_str_c(bw_leaf_carrier(leaf, w->by)) },
                                   { "time", bw_buf_view(&time) } };
    (void)snprintf(key, sizeof key, "wait.need.%s", w->needs);
    bw_view_add_c(a, form, "said", bw_leaf_text(leaf, key, args, BW_LEN(args)));
    (void)snprintf(key, sizeof key, "page.needed.%s", w->needs);
    bw_view_add_c(a, form, "label", bw_leaf_text(leaf, key, NULL, 0));
    bw_random_base62(once, sizeof once - 1);
    bw_view_add_str(a, form, "once", bw_arena_str(a, bw_str_c(once)));
    bw_view_add_str(a, form, "value", filled->note.p ? filled->note : BW_STR(""));
    if (filled->faulty)
        bw_view_add_c(a, form, "fault", bw_leaf_text(leaf, "needed.fault", NULL, 0));
}

static const struct bw_zone *zone_of(const struct bw_world *world, const struct bw_case *file)
{
    const struct bw_station *station = bw_world_station(world, file->station);
    return station ? station->zone : NULL;
}

static void show(struct bw_request *rq, const struct bw_needed *needed, int status, const struct filled *filled)
{
    struct bw_leaf leaf;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, zone_of(world, &needed->file));
    const char *by = needed->wait.needs[0] ? needed->wait.by : needed->file.owner;
    const struct bw_arg args[] = { { "carrier", bw_str_c(bw_leaf_carrier(&leaf, by)) } };
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "needed.title", args, 1));
    bw_view_add_str(&rq->arena, leaf.view, "token", bw_request_param(rq, "token"));
    if (filled->notice)
        bw_view_add_c(&rq->arena, leaf.view, "notice", bw_leaf_text(&leaf, filled->notice, NULL, 0));
    if (needed->wait.needs[0])
        add_form(&leaf, needed, filled);
    bw_leaf_reply(&leaf, status, "needed");
    bw_worlds_release(worlds, world);
}

static void serve(struct bw_request *rq, struct bw_pg *pg, int status, const struct filled *filled)
{
    struct bw_needed needed;
    struct bw_error err = { 0 };
    bw_code rc = bw_needed_read(pg, &rq->who, &needed, &err);
    if (rc == BW_OK)
        show(rq, &needed, status, filled);
    else
        bw_reply_problem(rq, rc, &err);
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    const struct filled nothing = { .notice = NULL };
    serve(rq, pg, 200, &nothing);
}

static void shown(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

static void opened_job(struct bw_request *rq, struct bw_pg *pg)
{
    if (!bw_wait_opens(rq, pg, shown))
        page_job(rq, pg);
}

void bw_h_customer_needed(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, opened_job);
}

/* --- giving --- */

/* Staff said meanwhile that it is there, or not needed: nothing was stored. */
static void late_job(struct bw_request *rq, struct bw_pg *pg)
{
    const struct filled late = { .notice = "needed.late" };
    serve(rq, pg, 409, &late);
}

static void told(struct bw_request *rq)
{
    const struct bw_needed_request *given = rq->data;
    bool late = given->work.rc == BW_OK && given->item.rc == BW_E_CASE_STEP;
    const char *at = bw_arena_printf(&rq->arena, "/t/%.*s", BW_FMT(bw_request_param(rq, "token")));
    if (late)
        bw_request_job(rq, BW_JOB_QUERY, late_job);
    else if (!bw_reply_unstored(rq, &given->work))
        bw_reply_redirect(rq, at ? bw_str_c(at) : BW_STR("/"));
}

static void submit(struct bw_request *rq)
{
    struct bw_needed_request *given = rq->data;
    bw_request_commit(rq, &given->work, told);
}

static void give_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_needed needed;
    struct bw_needed_request *given;
    struct bw_error err = { 0 };
    struct bw_faults *f = bw_request_faults(rq);
    struct filled filled = { .note = bw_request_lines(rq, "note"), .faulty = true };
    if (!f)
        return;
    bw_code rc = bw_needed_read(pg, &rq->who, &needed, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rc = bw_needed_given(&needed, bw_str_trim(bw_request_form(rq, "once")), filled.note, &rq->arena, &given, f);
    if (rc != BW_OK && f->n) {
        show(rq, &needed, 422, &filled);
    } else if (rc != BW_OK) {
        bw_reply_problem(rq, rc, NULL);
    } else {
        rq->data = given;
        bw_request_then(rq, submit);
    }
}

void bw_h_customer_needed_post(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, give_job);
}
