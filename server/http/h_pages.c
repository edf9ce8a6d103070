/* SPDX-License-Identifier: Apache-2.0 */
/* h_pages.c - GET / and the customer's page: GET /t/{token} and the part of it that changes, GET /t/{token}/fragment.
 * The page is whole without scripts; the same fragment is inside it and behind its own address (PAGE-07).
 * Layer: http.  Threads: loop, then a query worker.  Source: PAGE-01, 02, 03, 06, 07, 11. */
#include "pages_int.h"

#include <stdlib.h>

#include "handlers.h"

#include "bw/domain/details.h"
#include "bw/domain/rights.h"
#include "bw/storage/rows.h"

#define BAGS_MAX BW_CASE_BAGS

void bw_h_home(struct bw_request *rq)
{
    struct bw_leaf leaf;
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.home.title", NULL, 0));
    bw_leaf_reply(&leaf, 200, "home");
}

/* --- zones to choose from --- */

static const struct bw_zone *zone_of(const struct bw_world *world, const char *station)
{
    const struct bw_station *s = station[0] ? bw_world_station(world, station) : NULL;
    return s ? s->zone : NULL;
}

/* Where the bag is going, else where the file was opened. */
static const struct bw_zone *default_zone(const struct bw_world *world, const struct bw_bag_seen *seen)
{
    const struct bw_zone *zone = zone_of(world, seen->bag.destination);
    return zone || !seen->has_case ? zone : zone_of(world, seen->file.station);
}

/* The zones of this journey and UTC, but the one in use; links, so that they work without scripts. */
static void add_zones(struct bw_leaf *leaf, const struct bw_bag_seen *seen)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_zone *zones[] = { default_zone(leaf->world, seen),
                                      zone_of(leaf->world, seen->bag.last_seen_station) };
    const char *in_use = leaf->reader.zone ? bw_zone_name(leaf->reader.zone) : "UTC", *names[3];
    size_t n = 0;
    for (size_t k = 0; k <= BW_LEN(zones); k++) {
        const char *name = k == BW_LEN(zones) ? "UTC" : zones[k] ? bw_zone_name(zones[k]) : in_use;
        bool there = strcmp(name, in_use) == 0;
        for (size_t j = 0; j < n; j++)
            there = there || strcmp(name, names[j]) == 0;
        if (!there)
            names[n++] = name;
    }
    struct bw_view *list = bw_view_add_list(a, leaf->view, "zones");
    for (size_t k = 0; k < n; k++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_str(a, one, "name", bw_arena_str(a, bw_str_c(names[k])));
        bw_view_add_bool(a, one, "first", k == 0);
        bw_view_add_bool(a, one, "last", k + 1 == n);
    }
}

/* --- the bags of the case --- */

/* Where what is needed is given: by the customer, not by whoever looks on. */
static void add_give(struct bw_leaf *leaf, struct bw_view *one, const struct bw_bag_seen *seen)
{
    const struct bw_principal *who = &leaf->rq->who;
    if (!seen->bag.wait.needs[0] || who->kind != BW_P_LINK || who->companion)
        return;
    struct bw_str token = bw_request_param(leaf->rq, "token");
    bw_view_add_c(&leaf->rq->arena, one, "give_at", bw_arena_printf(&leaf->rq->arena, "/t/%.*s/needed", BW_FMT(token)));
}

static void add_bag(struct bw_leaf *leaf, struct bw_view *list, const struct bw_bag_seen *seen)
{
    struct bw_view *one = bw_view_add_map(&leaf->rq->arena, list, NULL);
    bw_leaf_status(leaf, one, seen);
    add_give(leaf, one, seen);
    bw_view_add_int(&leaf->rq->arena, one, "ordinal", seen->bag.case_ordinal);
    bw_view_add_c(&leaf->rq->arena, one, "name", bw_leaf_bag(leaf, seen->bag.plate));
}

/* How bad it stands for a bag: what is with its owner is the best of all (CASE-09). */
static int badness(const struct bw_bag_seen *seen)
{
    int level = seen->n_open ? -1 : -2;
    for (size_t k = 0; k < seen->n_open; k++)
        level = seen->open[k].level > level ? seen->open[k].level : level;
    return seen->bag.watch_ended || seen->bag.place == BW_PLACE_DELIVERED ? -3 : level;
}

/* The worst first; of two alike the one that nothing was heard of for longer. */
static int cmp_worst(const void *pa, const void *pb)
{
    const struct bw_bag_seen *a = *(struct bw_bag_seen *const *)pa, *b = *(struct bw_bag_seen *const *)pb;
    int bad_a = badness(a), bad_b = badness(b);
    if (bad_a != bad_b)
        return bad_a < bad_b ? 1 : -1;
    if (a->bag.last_news_at != b->bag.last_news_at)
        return a->bag.last_news_at < b->bag.last_news_at ? -1 : 1;
    return (int)a->bag.case_ordinal - (int)b->bag.case_ordinal;
}

static bw_code read_bags(struct bw_request *rq, struct bw_pg *pg, struct bw_bag_seen **seen, size_t *ret_n,
                         struct bw_error *err)
{
    struct bw_uuid ids[BAGS_MAX];
    bw_code rc = bw_case_bags(pg, &rq->who.case_id, ids, BW_LEN(ids), ret_n, err);
    for (size_t k = 0; rc == BW_OK && k < *ret_n; k++)
        rc = bw_bag_see(pg, &ids[k], BW_WANT_HISTORY, &rq->arena, &seen[k], err);
    if (rc == BW_OK && *ret_n > 0) {
        struct bw_cursor first = seen[0]->complete_to; /* the page is complete to where the first one was read */
        qsort(seen, *ret_n, sizeof(struct bw_bag_seen *), cmp_worst);
        seen[0]->complete_to = first;
    }
    return rc;
}

/* The law's dates of the file (PAGE-05); they point into the world. */
static void add_rights(const struct bw_leaf *leaf, struct bw_bag_seen *const *seen, size_t n)
{
    const struct bw_bag *bags[BAGS_MAX];
    struct bw_rights *rights = BW_NEW(&leaf->rq->arena, struct bw_rights);
    if (!seen[0]->has_case || leaf->rq->who.companion || !rights)
        return;
    for (size_t k = 0; k < n; k++)
        bags[k] = &seen[k]->bag;
    struct bw_world known = *leaf->world;
    known.flights = seen[0]->flights;
    known.n_flights = seen[0]->n_flights;
    bw_rights_of(&seen[0]->file, bags, n, &known, leaf->now, rights);
    bw_say_rights(rights, n > 1, leaf->world, &leaf->reader, leaf->now, &leaf->rq->arena, leaf->view);
}

void bw_pages_status(struct bw_request *rq, const struct bw_world *world, struct bw_bag_seen *const *seen, size_t n,
                     bw_time now, bool whole)
{
    static const struct bw_live live = { "status", "fragment", "case" };
    struct bw_leaf leaf;
    bw_leaf_begin(&leaf, rq, world, now);
    bw_leaf_zone(&leaf, default_zone(world, seen[0]));
    bw_view_add_bool(&rq->arena, leaf.view, "companion", rq->who.companion);
    if (whole && rq->who.kind == BW_P_LINK && !rq->who.companion)
        bw_view_add_c(&rq->arena, leaf.view, "claims_at", bw_arena_printf(&rq->arena, "%.*s/claims", BW_FMT(rq->path)));
    bw_view_add_bool(&rq->arena, leaf.view, "test_realm", rq->who.test_realm);
    bw_view_add_bool(&rq->arena, leaf.view, "several", n > 1);
    struct bw_view *list = bw_view_add_list(&rq->arena, leaf.view, "bags");
    for (size_t k = 0; k < n; k++)
        add_bag(&leaf, list, seen[k]);
    add_rights(&leaf, seen, n);
    add_zones(&leaf, seen[0]);
    bw_leaf_title_of(&leaf, list ? list->first : NULL);
    /* bags are read one after the other: the page is complete to where the first one was read */
    bw_cursor_text(seen[0]->complete_to, leaf.cursor);
    bw_leaf_reply_live(&leaf, &live, whole);
}

/* The link's own file, where it is a report that nobody has accepted; *ret_n stays 0 for any other. */
static bw_code read_report(struct bw_request *rq, struct bw_pg *pg, struct bw_case *ret, struct bw_promise *open,
                           size_t *ret_n, struct bw_error *err)
{
    int16_t bucket = bw_id_bucket(&rq->who.case_id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CASE_READ,
                             BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(&rq->who.case_id, 1)), &rows, err);
    if (rc == BW_OK && (!rows.n || !bw_row_case(&rows, 0, ret)))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    return rc == BW_OK && ret->unaccepted ? bw_open_of(pg, &ret->case_id, open, ret_n, err) : rc;
}

static void serve(struct bw_request *rq, struct bw_pg *pg, bool whole)
{
    struct bw_error err = { 0 };
    struct bw_bag_seen *seen[BAGS_MAX];
    size_t n;
    struct bw_case file = { .unaccepted = false };
    struct bw_promise open[BW_VIEW_PROMISES];
    size_t n_open = 0;
    bw_code rc = read_report(rq, pg, &file, open, &n_open, &err);
    rc = rc == BW_OK ? read_bags(rq, pg, seen, &n, &err) : rc;
    if (rc != BW_OK || !n) {
        bw_reply_problem(rq, rc == BW_OK ? BW_E_NOT_FOUND : rc, &err);
        return;
    }
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    if (file.unaccepted)
        bw_pages_reported(rq, world, &file, open, n_open, seen, n);
    else
        bw_pages_status(rq, world, seen, n, bw_clock_wall(), whole);
    bw_worlds_release(worlds, world);
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    serve(rq, pg, true);
}

static void shown(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

/* That its customer opened it with a request on it is told before it is shown, so that it says so (CLK-18). */
static void opened_job(struct bw_request *rq, struct bw_pg *pg)
{
    if (!bw_wait_opens(rq, pg, shown))
        serve(rq, pg, true);
}

static void fragment_job(struct bw_request *rq, struct bw_pg *pg)
{
    serve(rq, pg, false);
}

void bw_h_customer_page(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, opened_job);
}

void bw_h_customer_fragment(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, fragment_job);
}
