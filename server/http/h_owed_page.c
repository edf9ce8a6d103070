/* SPDX-License-Identifier: Apache-2.0 */
/* h_owed_page.c - GET /desk/overdue: every open promise that the reader's carriers owe or are owed, the overdue ones
 * first, and its fragment.  Layer: http.  Threads: loop, then a query worker.  Source: CLK-01, CLK-05, design.md 8. */
#include "pages_int.h"

#include <stdio.h>

#include "handlers.h"

static void add_row(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_owed_line *line)
{
    char id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_promise *p = &line->p;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&p->promise_id, id))));
    /* a case step is owed for the whole file */
    const char *name = line->ref[0] ? line->ref : line->plate;
    const char *href = p->subject == BW_SUBJECT_BAG ? bw_arena_printf(a, "/desk/bags/%s", bw_uuid_text(&p->bag_id, id))
                                                    : bw_arena_printf(a, "/desk/cases/%s", name);
    const char *bag = line->plate[0] && line->ref[0] ? bw_arena_printf(a, "%s · %s", line->plate, line->ref)
                                                     : bw_leaf_bag(leaf, name);
    bw_view_add_c(a, one, "href", href);
    bw_view_add_c(a, one, "bag", bag);
    bw_view_add_c(a, one, "who", bw_leaf_debtor(leaf, p));
    bw_view_add_c(a, one, "what", bw_leaf_owed(leaf, p->owed));
    bw_leaf_due(leaf, one, p->due_at);
    bw_view_add_c(a, one, "level", bw_leaf_level_of(leaf, p));
    bw_view_add_c(a, one, "station", p->station);
    bw_view_add_c(a, one, "to", bw_leaf_carrier(leaf, p->creditor));
}

static void add_group(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_owed_found *o, bool late)
{
    struct bw_arena *a = &leaf->rq->arena;
    size_t from = late ? 0 : o->n_late, to = late ? o->n_late : o->n;
    struct bw_view *group = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, group, "kind", late ? "late" : "open");
    bw_view_add_c(a, group, "heading", bw_leaf_text(leaf, late ? "page.overdue.late" : "page.overdue.open", NULL, 0));
    bw_view_add_c(a, group, "none",
                  bw_leaf_text(leaf, late ? "page.overdue.none_late" : "page.overdue.none_open", NULL, 0));
    bw_view_add_int(a, group, "n", (int64_t)(to - from));
    bw_view_add_bool(a, group, "has", to > from);
    struct bw_view *rows = bw_view_add_list(a, group, "rows");
    for (size_t k = from; k < to; k++)
        add_row(leaf, rows, &o->lines[k]);
}

static void add_counts(const struct bw_leaf *leaf, const struct bw_owed_found *o)
{
    char late[24], open[24], iso[BW_TIME_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    snprintf(late, sizeof late, "%zu", o->n_late);
    snprintf(open, sizeof open, "%zu", o->n - o->n_late);
    const struct bw_arg args[] = { { "late", bw_str_c(late) }, { "open", bw_str_c(open) } };
    bw_view_add_c(a, leaf->view, "count", bw_leaf_text(leaf, "page.overdue.count", args, 2));
    if (o->n_late < o->n)
        bw_view_add_str(a, leaf->view, "due",
                        bw_arena_str(a, bw_str_c(bw_time_text(o->lines[o->n_late].p.due_at, iso))));
    if (o->n == BW_OWED_MOST)
        bw_view_add_c(a, leaf->view, "most",
                      bw_leaf_text(leaf, "page.overdue.most", (const struct bw_arg[]){ { "n", BW_STR("500") } }, 1));
}

/* Who reads why so much falls due at once should know that it was us (CLK-13). */
static void add_outage(const struct bw_leaf *leaf, const struct bw_outage *o)
{
    if (!o->ended)
        return;
    char text[4][BW_TIME_TEXT];
    const bw_time at[] = { o->began, o->ended, o->ended + BW_OUTAGE_REACH, o->ended + BW_OUTAGE_MOVES };
    for (size_t k = 0; k < BW_LEN(at); k++) {
        (void)bw_time_text(at[k], text[k]);
        text[k][10] = ' '; /* "2026-11-21 04:10" */
        text[k][16] = '\0';
    }
    const struct bw_arg args[] = { { "from", bw_str_c(text[0]) },
                                   { "to", bw_str_c(text[1]) },
                                   { "reach", bw_str_c(text[2]) },
                                   { "due", bw_str_c(text[3]) } };
    bw_view_add_c(&leaf->rq->arena, leaf->view, "outage",
                  bw_leaf_text(leaf, "page.overdue.outage", args, BW_LEN(args)));
}

/* One row for the station of a storm, with its bags behind it. */
static void add_storms(const struct bw_leaf *leaf, const struct bw_owed_found *o)
{
    char n[24], late[24];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "storms");
    for (size_t k = 0; k < o->n_storms; k++) {
        const struct bw_owed_storm *found = &o->storms[k];
        snprintf(n, sizeof n, "%lld", (long long)found->bags.bags);
        snprintf(late, sizeof late, "%lld", (long long)found->bags.late);
        const struct bw_arg args[] = { { "station", bw_str_c(bw_station_name(leaf->world, found->storm->station)) },
                                       { "cause", bw_str_c(bw_leaf_cause(leaf, found->storm->cause)) },
                                       { "n", bw_str_c(n) },
                                       { "late", bw_str_c(late) } };
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "what", bw_leaf_text(leaf, "page.storms.row", args, BW_LEN(args)));
        bw_view_add_c(a, one, "count", bw_leaf_text(leaf, "page.storms.count", args, BW_LEN(args)));
    }
}

static void add_choices(const struct bw_leaf *leaf, struct bw_str owes)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_principal *who = &leaf->rq->who;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "choices");
    size_t n = who->every_carrier ? leaf->world->n_carriers : who->n_carriers;
    for (size_t k = 0; k < n; k++) {
        const char *code = who->every_carrier ? leaf->world->carriers[k].code : who->carriers[k];
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "code", code);
        bw_view_add_c(a, one, "name", bw_carrier_name(leaf->world, code));
        bw_view_add_bool(a, one, "chosen", bw_str_eq_c(owes, code));
    }
}

void bw_pages_owed(struct bw_request *rq, const struct bw_world *world, struct bw_owed_found *o, bw_time now,
                   bool whole)
{
    static const struct bw_live live = { "overdue", "overdue_fragment", "list" };
    struct bw_leaf leaf;
    bw_leaf_begin(&leaf, rq, world, now);
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.overdue.title", NULL, 0));
    bw_view_add_bool(&rq->arena, leaf.view, "at_overdue", true);
    for (o->n_late = 0; o->n_late < o->n && o->lines[o->n_late].p.due_at <= leaf.now;)
        o->n_late++;
    struct bw_view *groups = bw_view_add_list(&rq->arena, leaf.view, "groups");
    add_group(&leaf, groups, o, true);
    add_group(&leaf, groups, o, false);
    add_counts(&leaf, o);
    add_outage(&leaf, &o->outage);
    add_storms(&leaf, o);
    add_choices(&leaf, bw_request_query(rq, "owes"));
    if (o->head.epoch)
        bw_cursor_text(o->head, leaf.cursor);
    bw_leaf_reply_live(&leaf, &live, whole);
}

static bw_code newest_outage(struct bw_request *rq, struct bw_pg *pg, bw_time now, struct bw_outage *ret,
                             struct bw_error *err)
{
    size_t n = 0;
    struct bw_outage *v = BW_NEW_ARRAY(&rq->arena, struct bw_outage, BW_OUTAGES_MOST);
    bw_code rc = v ? bw_outages(pg, now - BW_DAY, now, v, &n, err) : bw_fail(err, BW_E_NOMEM, NULL, "outages");
    if (n)
        *ret = v[0];
    return rc;
}

static bw_code read_storms(struct bw_request *rq, struct bw_pg *pg, const struct bw_world *world, bw_time now,
                           struct bw_owed_found *o, struct bw_error *err)
{
    bw_code rc = BW_OK;
    o->storms = BW_NEW_ARRAY(&rq->arena, struct bw_owed_storm, world->n_storms + 1);
    if (!o->storms)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for storms");
    for (size_t k = 0; rc == BW_OK && k < world->n_storms; k++) {
        struct bw_owed_storm *one = &o->storms[o->n_storms];
        one->storm = &world->storms[k];
        if (one->storm->until <= now)
            continue;
        rc = bw_storm_bags_read(pg, &rq->who, one->storm, now, 1, &rq->arena, &one->bags, err);
        o->n_storms += one->bags.bags > 0;
    }
    return rc;
}

static void serve(struct bw_request *rq, struct bw_pg *pg, bool whole)
{
    struct bw_error err = { 0 };
    struct bw_owed_found o = { 0 };
    struct bw_str owes = bw_request_query(rq, "owes");
    if (owes.n && !bw_is_carrier(owes)) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "owes", "owes must be a carrier"), &err);
        return;
    }
    bw_time now = bw_clock_wall();
    /* position first, then data (STR-05) */
    o.head = bw_hub_head(bw_pages_app(rq)->hub);
    const struct bw_owed_ask ask = {
        .debtor = owes, .grouped = true, .level = -1, .after_due = BW_TIME_NONE, .most = BW_OWED_MOST
    };
    bw_code rc = bw_owed_list(pg, &rq->who, &ask, now, &rq->arena, &o.lines, &o.n, &err);
    rc = rc == BW_OK ? newest_outage(rq, pg, now, &o.outage, &err) : rc;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    rc = read_storms(rq, pg, world, now, &o, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_pages_owed(rq, world, &o, now, whole);
    bw_worlds_release(worlds, world);
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    serve(rq, pg, true);
}

static void fragment_job(struct bw_request *rq, struct bw_pg *pg)
{
    serve(rq, pg, false);
}

void bw_h_desk_overdue(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

void bw_h_desk_overdue_fragment(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, fragment_job);
}
